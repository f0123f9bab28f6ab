package lakekit.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.errors.SaslAuthenticationException;

/**
 * An authenticated caller.
 *
 * @param name ARN of the role or user
 * @param accessKey access key of its credentials
 * @param token session token, empty for a user
 * @param expires when its credentials end, in milliseconds since 1970
 */
record Session(String name, String accessKey, String token, long expires) {
    /** Property of a SASL server with the session that it has authenticated. */
    static final String PROPERTY = "lakekit.session";

    /**
     * Check a signed request to connect, and the permission `kafka-cluster:Connect`.
     *
     * @param mechanism AWS_MSK_IAM or OAUTHBEARER
     * @param payload what the client has sent
     * @throws SaslAuthenticationException if it is refused
     */
    static Session of(String mechanism, String payload) {
        LocalCloud cloud = LocalCloud.shared();
        JsonNode answer;
        try {
            answer = cloud.ask(
                    "kafka/sessions",
                    Map.of("mechanism", mechanism, "payload", payload, "cluster", cloud.cluster));
        } catch (IOException error) {
            throw new SaslAuthenticationException("The local cloud could not authenticate the client.", error);
        }
        if (answer.hasNonNull("error")) {
            throw new SaslAuthenticationException(answer.get("error").asText());
        }
        return new Session(
                answer.get("name").asText(),
                answer.get("access_key").asText(),
                answer.get("token").asText(),
                answer.get("expires").asLong());
    }
}
