package lakekit.kafka;

import org.apache.kafka.common.security.auth.KafkaPrincipal;

/** A principal with its session. Principals of two sessions of a role are different. */
final class IamPrincipal extends KafkaPrincipal {
    /** Type of principals that IAM authenticates. */
    static final String TYPE = "IAM";

    final Session session;

    IamPrincipal(Session session) {
        super(TYPE, session.name());
        this.session = session;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IamPrincipal principal && session.equals(principal.session);
    }

    @Override
    public int hashCode() {
        return session.hashCode();
    }
}
