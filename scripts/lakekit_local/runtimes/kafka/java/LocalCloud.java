package lakekit.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** The control interface of the local cloud, which knows the sessions and evaluates the policies. */
final class LocalCloud {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final LocalCloud SHARED = new LocalCloud();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();
    private final String endpoint = required("LAKEKIT_ENDPOINT");
    private final String token = required("LAKEKIT_TOKEN");

    /** ARN of the cluster that this broker is. */
    final String cluster = required("LAKEKIT_CLUSTER_ARN");

    static LocalCloud shared() {
        return SHARED;
    }

    /** The answer to a control request; its member `error` says why it is refused. */
    JsonNode ask(String what, Map<String, ?> body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/_lakekit/" + what))
                .timeout(TIMEOUT)
                .header("X-Lakekit-Token", token)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("the local cloud answered " + response.statusCode());
            }
            return JSON.readTree(response.body());
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", error);
        }
    }

    private static String required(String variable) {
        String value = System.getenv(variable);
        if (value == null || value.isEmpty()) {
            throw new IllegalStateException("the variable " + variable + " is not set");
        }
        return value;
    }
}
