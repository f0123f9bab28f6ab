from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block

_DEFAULT: Final = "__default_policy_ID"


class TopicAndQueueRequireTls(PolicyRule):
    id = "LK_SNS_3"
    title = "Policies of topics and queues deny plain HTTP"
    severity = "high"
    rationale = "SNS and SQS accept requests over HTTP. Messages contain names of tables, users and failures."
    remedy = "Deny all actions to all principals when `aws:SecureTransport` is false."
    reference = "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = ("aws_sns_topic", "aws_sns_topic_policy", "aws_sqs_queue", "aws_sqs_queue_policy")

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del statements, block
        if policy.role is not PolicyRole.RESOURCE or policy.attribute != "policy" or _is_default(policy.document):
            return
        denied = any(
            [(key, values) for _, key, values in policy_documents.conditions(statement)]
            == [("aws:securetransport", ["false"])]
            and "*" in {principal for _, principal in policy_documents.principals(statement)}
            for statement in policy_documents.statements(policy.document)
            if statement.get("Effect") == "Deny"
        )
        if not denied:
            yield "no statement denies all principals when aws:SecureTransport is false"


def _is_default(document: Mapping[str, Any]) -> bool:
    """Whether it is the policy that AWS gives to a topic without one, as a plan shows it after the apply."""
    found = list(policy_documents.statements(document))
    return document.get("Id") == _DEFAULT and [one.get("Sid") for one in found] == ["__default_statement_ID"]


check = TopicAndQueueRequireTls()
