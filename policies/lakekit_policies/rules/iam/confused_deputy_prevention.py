from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import condition_values
from lakekit_policies.rules._shared.policy_statements import RESOURCE, policies, statement_name
from lakekit_policies.terraform.blocks import Block

# Services that send aws:SourceAccount or aws:SourceArn when they assume a role, according to their documentation on
# the confused deputy problem. EC2 is not one of them.
SERVICES_WITH_SOURCE_CONTEXT = (
    "airflow",
    "airflow-env",
    "athena",
    "ecs-tasks",
    "elasticmapreduce",
    "emr-serverless",
    "events",
    "firehose",
    "glue",
    "kafkaconnect",
    "kinesisanalytics",
    "lakeformation",
    "pipes",
    "redshift",
    "redshift-serverless",
    "s3",
    "scheduler",
    "states",
    "vpc-flow-logs",
)
SOURCE_CONDITION_KEYS = (
    "aws:source",
    "aws:principalorg",
    "kms:encryptioncontext",
    "kms:calleraccount",
    "kms:viaservice",
    "sts:externalid",
)


class ConfusedDeputyPrevention(Rule):
    id = "LK_IAM_7"
    title = "Service trust policies restrict the source account"
    severity = "high"
    rationale = (
        "A service principal acts on behalf of any AWS customer: without a condition on the source, another account "
        "can make the service use this role, topic or key (confused deputy problem)."
    )
    remedy = (
        "Add the condition `aws:SourceAccount` (or `aws:SourceArn` with an account id, or an encryption context for "
        "keys) with an operator that does not match when the key is absent."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "IA-9"], "soc2": ["CC6.1"]}
    resources = ("aws_iam_role", *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = block.get("assume_role_policy")
        documents = [trust] if trust else list(policies(block))
        for statement in (item for document in documents for item in policy_documents.statements(document)):
            if statement.get("Effect") != "Allow":
                continue
            has_source = _has_source_condition(statement)
            for kind, principal in policy_documents.principals(statement):
                sends_source = not trust or principal.partition(".")[0] in SERVICES_WITH_SOURCE_CONTEXT
                if kind == "Service" and sends_source and not has_source:
                    yield f"{statement_name(statement)} allows {principal} on behalf of any account"


def _has_source_condition(statement: dict[str, Any]) -> bool:
    """Whether a condition restricts the source; an aws:SourceArn without an account id does not."""
    return any(
        key != "aws:sourcearn" or all(_has_owner(value) for value in values)
        for key, values in condition_values(statement, SOURCE_CONDITION_KEYS)
    )


def _has_owner(arn: str) -> bool:
    parts = arn.split(":", 5)
    if "${" in arn or len(parts) < 6:
        return "${" in arn
    # ARNs of buckets contain no account id; bucket names are globally unique.
    owner = parts[4] or parts[5].partition("/")[0]
    return bool(owner) and "*" not in owner and "?" not in owner


check = ConfusedDeputyPrevention()
