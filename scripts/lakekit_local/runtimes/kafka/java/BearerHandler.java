package lakekit.kafka;

import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SaslExtensions;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerExtensionsValidatorCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/** Validates the bearer tokens of MSK: presigned URLs in base64, as aws-msk-iam-sasl-signer makes them. */
public final class BearerHandler implements AuthenticateCallbackHandler {
    /** A validated token with its session. */
    record Token(String value, Session session) implements OAuthBearerToken {
        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public long lifetimeMs() {
            return session.expires();
        }

        @Override
        public String principalName() {
            return session.name();
        }

        @Override
        public Long startTimeMs() {
            return null;
        }
    }

    @Override
    public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {}

    @Override
    public void close() {}

    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            if (callback instanceof OAuthBearerValidatorCallback validated) {
                try {
                    Session session = Session.of("OAUTHBEARER", validated.tokenValue());
                    validated.token(new Token(validated.tokenValue(), session));
                } catch (SaslAuthenticationException error) {
                    validated.error("invalid_token", null, null);
                }
            } else if (callback instanceof OAuthBearerExtensionsValidatorCallback extended) {
                SaslExtensions given = extended.inputExtensions();
                given.map().keySet().forEach(extended::valid);
            } else {
                throw new UnsupportedCallbackException(callback);
            }
        }
    }
}
