from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import statement_name
from lakekit_policies.terraform.blocks import Block


class KafkaClusterPolicyRestricted(AllowStatementRule):
    id = "LK_MSK_6"
    title = "MSK cluster policies allow named roles and actions"
    severity = "critical"
    rationale = (
        "A cluster policy gives access to other accounts. A wildcard, or a whole account with `kafka-cluster:*`, "
        "exposes every topic."
    )
    remedy = "Name a role ARN and the actions on its topics and groups (`KafkaCluster.share_with` does)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/mvpc-cluster-owner-action-policy.html"
    pack = "streaming"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    roles = (PolicyRole.RESOURCE,)
    services = ("aws_msk",)

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del policy, block
        if self.entity_type != "aws_msk_cluster_policy" and not _is_on_clusters(statement):
            return
        for kind, principal in policy_documents.principals(statement):
            if kind == "Service":
                continue
            if "*" in principal:
                yield f"{statement_name(statement)} allows the wildcard principal {principal}"
            elif principal.isdigit() or principal.endswith(":root"):
                yield f"{statement_name(statement)} allows the whole account {principal}, not a role"
        for action in policy_documents.items(statement, "Action"):
            if "*" in action:
                yield f"{statement_name(statement)} allows the wildcard action {action}"
        for arn in policy_documents.items(statement, "Resource"):
            if arn.startswith("arn:") and _is_wildcard(arn):
                yield f"{statement_name(statement)} allows the wildcard resource {arn}"


def _is_on_clusters(statement: dict[str, Any]) -> bool:
    """Whether a statement of another type is part of a cluster policy, such as in the input of an API call."""
    return any(":kafka:" in arn for arn in policy_documents.items(statement, "Resource")) or any(
        action.lower().startswith(("kafka:", "kafka-cluster:"))
        for action in policy_documents.items(statement, "Action")
    )


def _is_wildcard(arn: str) -> bool:
    kind, _, rest = arn.split(":", 5)[-1].partition("/")
    return kind in {"topic", "group", "transactional-id"} and rest.rpartition("/")[2] in {"*", ""}


check = KafkaClusterPolicyRestricted()
