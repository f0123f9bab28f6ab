package lakekit.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.Endpoint;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.server.authorizer.AclCreateResult;
import org.apache.kafka.server.authorizer.AclDeleteResult;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.apache.kafka.server.authorizer.Authorizer;
import org.apache.kafka.server.authorizer.AuthorizerServerInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the local cloud whether the policies of the caller allow an operation.
 *
 * <p>Source of the table: MSK Developer Guide, "Semantics of IAM authorization policy actions and resources". Decisions are
 * kept for a few seconds, so that a produce request needs no request of its own.
 */
public final class IamAuthorizer implements Authorizer {
    /** The broker itself, which may do everything. */
    static final KafkaPrincipal BROKER = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "broker");

    private static final Logger LOG = LoggerFactory.getLogger(IamAuthorizer.class);
    private static final long KEPT_MILLISECONDS = 3000;
    private static final int MOST_KEPT = 10_000;

    private record Question(Session session, String action, String resource) {}

    private record Decision(boolean allowed, long until) {}

    private final Map<Question, Decision> known = new ConcurrentHashMap<>();

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        if (BROKER.equals(context.principal())) {
            return actions.stream().map(action -> AuthorizationResult.ALLOWED).toList();
        }
        if (!(context.principal() instanceof IamPrincipal principal)) {
            return actions.stream().map(action -> AuthorizationResult.DENIED).toList();
        }
        List<Question> questions = actions.stream()
                .map(action -> question(principal.session, action))
                .toList();
        Map<Question, Boolean> decided = decide(principal.session, questions);
        List<AuthorizationResult> results = new ArrayList<>();
        for (Question question : questions) {
            boolean allowed = question != null && decided.getOrDefault(question, false);
            results.add(allowed ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED);
        }
        return results;
    }

    /** Without the right to write idempotently, the right to write to some topic does not suffice on MSK. */
    @Override
    public AuthorizationResult authorizeByResourceType(
            AuthorizableRequestContext context, AclOperation operation, ResourceType type) {
        return BROKER.equals(context.principal()) ? AuthorizationResult.ALLOWED : AuthorizationResult.DENIED;
    }

    private Map<Question, Boolean> decide(Session session, List<Question> questions) {
        long now = System.currentTimeMillis();
        Map<Question, Boolean> decided = new HashMap<>();
        List<Question> asked = new ArrayList<>();
        for (Question question : questions) {
            Decision kept = question == null ? null : known.get(question);
            if (kept != null && kept.until() > now) {
                decided.put(question, kept.allowed());
            } else if (question != null && !asked.contains(question)) {
                asked.add(question);
            }
        }
        if (!asked.isEmpty()) {
            ask(session, asked).forEach((question, allowed) -> {
                decided.put(question, allowed);
                if (known.size() >= MOST_KEPT) {
                    known.clear();
                }
                known.put(question, new Decision(allowed, now + KEPT_MILLISECONDS));
            });
        }
        return decided;
    }

    /** The decisions of the local cloud; empty, so that all is denied, if it cannot be asked. */
    private Map<Question, Boolean> ask(Session session, List<Question> asked) {
        List<Map<String, String>> requests = asked.stream()
                .map(question -> Map.of("action", question.action(), "resource", question.resource()))
                .toList();
        Map<Question, Boolean> found = new HashMap<>();
        try {
            JsonNode answer = LocalCloud.shared()
                    .ask(
                            "kafka/decisions",
                            Map.of(
                                    "cluster", LocalCloud.shared().cluster,
                                    "access_key", session.accessKey(),
                                    "token", session.token(),
                                    "requests", requests));
            for (int index = 0; index < asked.size() && answer.has("allowed"); index++) {
                found.put(asked.get(index), answer.get("allowed").get(index).asBoolean());
            }
        } catch (IOException error) {
            LOG.error("the local cloud could not decide", error);
        }
        return found;
    }

    /** The permission that an operation needs; null if IAM has none for it. */
    private static Question question(Session session, Action action) {
        String[] parts = LocalCloud.shared().cluster.split(":cluster/", 2);
        String name = action.resourcePattern().name();
        String permission;
        String resource;
        switch (action.resourcePattern().resourceType()) {
            case CLUSTER -> {
                permission = switch (action.operation()) {
                    case DESCRIBE -> "DescribeCluster";
                    case ALTER -> "AlterCluster";
                    case DESCRIBE_CONFIGS -> "DescribeClusterDynamicConfiguration";
                    case ALTER_CONFIGS -> "AlterClusterDynamicConfiguration";
                    case IDEMPOTENT_WRITE -> "WriteDataIdempotently";
                    default -> null;
                };
                resource = LocalCloud.shared().cluster;
            }
            case TOPIC -> {
                permission = switch (action.operation()) {
                    case CREATE -> "CreateTopic";
                    case DESCRIBE -> "DescribeTopic";
                    case ALTER -> "AlterTopic";
                    case DELETE -> "DeleteTopic";
                    case DESCRIBE_CONFIGS -> "DescribeTopicDynamicConfiguration";
                    case ALTER_CONFIGS -> "AlterTopicDynamicConfiguration";
                    case READ -> "ReadData";
                    case WRITE -> "WriteData";
                    default -> null;
                };
                resource = parts[0] + ":topic/" + parts[1] + "/" + name;
            }
            case GROUP -> {
                permission = switch (action.operation()) {
                    case READ -> "AlterGroup";
                    case DESCRIBE -> "DescribeGroup";
                    case DELETE -> "DeleteGroup";
                    default -> null;
                };
                resource = parts[0] + ":group/" + parts[1] + "/" + name;
            }
            case TRANSACTIONAL_ID -> {
                permission = switch (action.operation()) {
                    case DESCRIBE -> "DescribeTransactionalId";
                    case WRITE -> "AlterTransactionalId";
                    default -> null;
                };
                resource = parts[0] + ":transactional-id/" + parts[1] + "/" + name;
            }
            default -> {
                return null;
            }
        }
        return permission == null ? null : new Question(session, "kafka-cluster:" + permission, resource);
    }

    @Override
    public Map<Endpoint, ? extends CompletionStage<Void>> start(AuthorizerServerInfo info) {
        Map<Endpoint, CompletionStage<Void>> ready = new HashMap<>();
        info.endpoints().forEach(endpoint -> ready.put(endpoint, CompletableFuture.completedFuture(null)));
        return ready;
    }

    @Override
    public List<? extends CompletionStage<AclCreateResult>> createAcls(
            AuthorizableRequestContext context, List<AclBinding> bindings) {
        throw new SecurityDisabledException("ACLs have no effect on clients that IAM authenticates");
    }

    @Override
    public List<? extends CompletionStage<AclDeleteResult>> deleteAcls(
            AuthorizableRequestContext context, List<AclBindingFilter> filters) {
        throw new SecurityDisabledException("ACLs have no effect on clients that IAM authenticates");
    }

    @Override
    public Iterable<AclBinding> acls(AclBindingFilter filter) {
        return List.of();
    }

    @Override
    public void configure(Map<String, ?> configs) {}

    @Override
    public void close() {}
}
