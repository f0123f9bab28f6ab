from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.policy_statements import (
    DATA_SERVICES,
    IDENTITY,
    RESOURCE,
    allow_statements,
    statement_name,
)
from lakekit_policies.terraform.blocks import Block

READ_ONLY_VERBS = ("get*", "list*", "describe*", "batchget*", "head*", "search*")


# LK_KMS_2 covers keys; endpoint policies restrict principals and resources, not actions (LK_VPC_1).
CHECKED_RESOURCE_POLICIES = tuple(
    kind for kind in RESOURCE if kind not in ("aws_kms_key", "aws_kms_key_policy", "aws_vpc_endpoint")
)


class NoWildcardDataActions(Rule):
    id = "LK_IAM_2"
    title = "IAM policies list data actions without wildcards"
    severity = "high"
    rationale = (
        "`s3:*` includes PutBucketPolicy and DeleteBucket, `kms:*` includes ScheduleKeyDeletion. A job that only "
        "writes files could expose or delete the lake. CKV_AWS_63 covers * in identity policies."
    )
    remedy = "List the actions. Wildcards are allowed after read-only verbs only (`glue:Get*`)."
    reference = "https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html"
    pack = "baseline"
    controls = {"nist": ["AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}
    resources = (*IDENTITY, *CHECKED_RESOURCE_POLICIES)

    def problems(self, block: Block) -> Iterable[str]:
        for statement in allow_statements(block):
            for action in policy_documents.items(statement, "Action"):
                service, _, verb = action.lower().partition(":")
                if action == "*" and self.entity_type in CHECKED_RESOURCE_POLICIES:
                    yield f"{statement_name(statement)} allows every action"
                elif verb == "*" and service not in DATA_SERVICES:
                    yield f"{statement_name(statement)} allows {service}:*"
                elif service in DATA_SERVICES and set("*?") & set(verb) and verb not in READ_ONLY_VERBS:
                    yield f"{statement_name(statement)} allows {action}"


check = NoWildcardDataActions()
