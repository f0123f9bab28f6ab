package lakekit.kafka;

import java.io.IOException;
import javax.security.sasl.SaslServer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.KafkaPrincipalSerde;
import org.apache.kafka.common.security.auth.SaslAuthenticationContext;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;

/** Builds the principal of a connection: the broker itself by its certificate, all others by their session. */
public final class IamPrincipalBuilder implements KafkaPrincipalBuilder, KafkaPrincipalSerde {
    private static final String TOKEN = "OAUTHBEARER.token";

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        if (context instanceof SaslAuthenticationContext sasl) {
            SaslServer server = sasl.server();
            Object session = server.getNegotiatedProperty(
                    IamSaslServer.MECHANISM.equals(server.getMechanismName()) ? Session.PROPERTY : TOKEN);
            if (session instanceof BearerHandler.Token token) {
                session = token.session();
            }
            return session instanceof Session found ? new IamPrincipal(found) : KafkaPrincipal.ANONYMOUS;
        }
        // Certificates are demanded on the listeners of the broker itself, and only it has one.
        return context instanceof SslAuthenticationContext ? IamAuthorizer.BROKER : KafkaPrincipal.ANONYMOUS;
    }

    @Override
    public byte[] serialize(KafkaPrincipal principal) {
        try {
            Session session = principal instanceof IamPrincipal iam
                    ? iam.session
                    : new Session(principal.getPrincipalType() + ":" + principal.getName(), "", "", 0);
            return LocalCloud.JSON.writeValueAsBytes(session);
        } catch (IOException error) {
            throw new SerializationException(error);
        }
    }

    @Override
    public KafkaPrincipal deserialize(byte[] bytes) {
        try {
            Session session = LocalCloud.JSON.readValue(bytes, Session.class);
            if (!session.accessKey().isEmpty()) {
                return new IamPrincipal(session);
            }
            String[] parts = session.name().split(":", 2);
            return new KafkaPrincipal(parts[0], parts[1]);
        } catch (IOException error) {
            throw new SerializationException(error);
        }
    }
}
