from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.rules._shared.policy_rule import AllowStatementRule
from lakekit_policies.rules._shared.policy_statements import DATA_SERVICES, statement_name
from lakekit_policies.terraform.blocks import Block

READ_ONLY_VERBS = ("get*", "list*", "describe*", "batchget*", "head*", "search*")
# CKV_AWS_63 covers * in these types.
STAR_COVERED = (
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
    "aws_ssoadmin_permission_set_inline_policy",
)
# LK_KMS_2 and LK_KMS_5 cover the policies of keys.
KEYS = (
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_kms_replica_key",
    "aws_kms_external_key",
    "aws_kms_replica_external_key",
)


class NoWildcardDataActions(AllowStatementRule):
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
    roles = (PolicyRole.IDENTITY, PolicyRole.RESOURCE)

    def statement_problems(self, statement: dict[str, Any], policy: FoundPolicy, block: Block) -> Iterable[str]:
        del block
        if self.entity_type in KEYS:
            return
        for action in policy_documents.items(statement, "Action"):
            service, _, verb = action.lower().partition(":")
            if _is_everything(action):
                if action != "*" or not self._is_covered(policy):
                    yield f"{statement_name(statement)} allows every action"
            elif verb == "*" and service not in DATA_SERVICES:
                yield f"{statement_name(statement)} allows {service}:*"
            elif _is_of_data(service) and _has_wildcard(service, verb):
                yield f"{statement_name(statement)} allows {action}"

    def _is_covered(self, policy: FoundPolicy) -> bool:
        return self.entity_type in STAR_COVERED and policy.attribute in ("policy", "inline_policy")


def _is_everything(action: str) -> bool:
    """`*`, and patterns that match every service and action: `**`, `*:*`."""
    return not action.strip("*:")


def _is_of_data(service: str) -> bool:
    return service in DATA_SERVICES or (
        wildcards.has_wildcards(service) and any(wildcards.matches(service, known) for known in DATA_SERVICES)
    )


def _has_wildcard(service: str, verb: str) -> bool:
    return bool(set("*?") & set(service + verb)) and not (verb in READ_ONLY_VERBS and not set("*?") & set(service))


check = NoWildcardDataActions()
