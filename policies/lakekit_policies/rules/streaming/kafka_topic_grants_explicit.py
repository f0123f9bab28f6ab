from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import statement_name
from lakekit_policies.terraform.blocks import Block

# DescribeGroup returns no records; Firehose generates the name of its consumer group.
UNRESTRICTED_ACTIONS = {"kafka-cluster:describegroup"}


class KafkaTopicGrantsExplicit(AllowStatementRule):
    id = "LK_MSK_7"
    title = "Kafka grants name topic, consumer group and transactional id"
    severity = "high"
    rationale = (
        "`topic/<cluster>/*/*` includes every current and future topic. `group/<cluster>/*/*` allows a client to "
        "change the offsets of another team's consumer group."
    )
    remedy = (
        "Name the topic, group and transactional id, or a prefix such as `orders.*` (`topic.grant_read` and "
        "`topic.grant_write` do)."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control.html"
    pack = "streaming"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del policy, block
        actions = policy_documents.items(statement, "Action")
        if actions and {action.lower() for action in actions} <= UNRESTRICTED_ACTIONS:
            return
        for arn in policy_documents.items(statement, "Resource"):
            parts = arn.split(":", 5)
            if len(parts) < 6 or parts[2] != "kafka":
                continue
            kind, _, rest = parts[5].partition("/")
            if kind in {"topic", "group", "transactional-id"} and _is_wildcard(rest):
                yield f"{statement_name(statement)} allows every {kind} of {rest.partition('/')[0]}"


def _is_wildcard(rest: str) -> bool:
    """Whether a resource is `<cluster>/*` or `<cluster>/<uuid>/*` instead of `<cluster>/<uuid>/<name or prefix>`."""
    parts = rest.split("/")
    return len(parts) < 3 or parts[2] == "*"


check = KafkaTopicGrantsExplicit()
