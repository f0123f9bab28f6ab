package lakekit.kafka;

import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.util.Map;
import java.util.UUID;
import javax.security.auth.callback.CallbackHandler;
import javax.security.sasl.SaslException;
import javax.security.sasl.SaslServer;
import javax.security.sasl.SaslServerFactory;

/** The server side of AWS_MSK_IAM: the client sends a presigned request as JSON, and gets a version and an id. */
final class IamSaslServer implements SaslServer {
    static final String MECHANISM = "AWS_MSK_IAM";
    private static final String LIFETIME = "CREDENTIAL.LIFETIME.MS";
    private Session session;

    @Override
    public byte[] evaluateResponse(byte[] response) throws SaslException {
        if (response.length == 0) {
            return new byte[0];
        }
        session = Session.of(MECHANISM, new String(response, StandardCharsets.UTF_8));
        String answer = "{\"version\":\"2020_10_22\",\"request-id\":\"" + UUID.randomUUID() + "\"}";
        return answer.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isComplete() {
        return session != null;
    }

    @Override
    public String getAuthorizationID() {
        return session.name();
    }

    @Override
    public Object getNegotiatedProperty(String name) {
        return switch (name) {
            case Session.PROPERTY -> session;
            case LIFETIME -> session.expires();
            default -> null;
        };
    }

    @Override
    public String getMechanismName() {
        return MECHANISM;
    }

    @Override
    public byte[] unwrap(byte[] incoming, int offset, int length) {
        throw new IllegalStateException("no integrity or privacy layer is negotiated");
    }

    @Override
    public byte[] wrap(byte[] outgoing, int offset, int length) {
        throw new IllegalStateException("no integrity or privacy layer is negotiated");
    }

    @Override
    public void dispose() {
        session = null;
    }

    /** Makes servers for the mechanism. */
    public static final class Factory implements SaslServerFactory {
        @Override
        public SaslServer createSaslServer(
                String mechanism, String protocol, String server, Map<String, ?> properties, CallbackHandler handler)
                throws SaslException {
            if (!MECHANISM.equals(mechanism)) {
                throw new SaslException("the mechanism " + mechanism + " is not supported");
            }
            return new IamSaslServer();
        }

        @Override
        public String[] getMechanismNames(Map<String, ?> properties) {
            return new String[] {MECHANISM};
        }
    }

    /** Registers the factory with Java. */
    static final class FactoryProvider extends Provider {
        private static final long serialVersionUID = 1L;

        FactoryProvider() {
            super("LakekitMskIam", "1.0", "SASL server for " + MECHANISM);
            put("SaslServerFactory." + MECHANISM, Factory.class.getName());
        }
    }
}
