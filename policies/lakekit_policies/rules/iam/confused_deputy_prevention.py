from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import condition_values
from lakekit_policies.rules._shared.policy_statements import RESOURCE, policies, statement_name
from lakekit_policies.terraform.blocks import Block

# Services that send aws:SourceAccount or aws:SourceArn when they assume a role, by their documentation on
# confused deputies. EC2 hosts are not among them.
CAREFUL_ROLES = (
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
WHOSE = (
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
        "A service principal alone is the service on behalf of anyone: another customer can make it use our role, "
        "topic or key (the confused deputy)."
    )
    remedy = (
        "Add the condition aws:SourceAccount (or aws:SourceArn with our account in it, or an encryption context for "
        "keys), with an operator that does not hold without the key."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "IA-9"], "soc2": ["CC6.1"]}
    resources = ("aws_iam_role", *RESOURCE)

    def problems(self, block: Block) -> Iterable[str]:
        trust = block.get("assume_role_policy")
        documents_here = [trust] if trust else list(policies(block))
        for statement in (item for document in documents_here for item in policy_documents.statements(document)):
            if statement.get("Effect") != "Allow":
                continue
            ours = _names_whose(statement)
            for kind, principal in policy_documents.principals(statement):
                careful = not trust or principal.partition(".")[0] in CAREFUL_ROLES
                if kind == "Service" and careful and not ours:
                    yield f"{statement_name(statement)} lets {principal} act for any account"


def _names_whose(statement: dict[str, Any]) -> bool:
    """Whether a condition says on whose behalf; the ARN of anybody's job says no more than that it is one."""
    return any(
        key != "aws:sourcearn" or all(_has_owner(value) for value in values)
        for key, values in condition_values(statement, WHOSE)
    )


def _has_owner(arn: str) -> bool:
    parts = arn.split(":", 5)
    if "${" in arn or len(parts) < 6:
        return "${" in arn
    # ARNs of buckets carry no account, and a bucket's name is one owner's.
    owner = parts[4] or parts[5].partition("/")[0]
    return bool(owner) and "*" not in owner and "?" not in owner


check = ConfusedDeputyPrevention()
