"""Policy documents of resources and their statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies import wildcards
from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.terraform.blocks import Block, nested

IDENTITY: Final = (
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_iam_user_policy",
    "aws_iam_group_policy",
    "aws_iam_role",
)
"""Types with identity-based policies in ``policy`` or ``inline_policy``."""

RESOURCE: Final = (
    "aws_s3_bucket_policy",
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_sns_topic_policy",
    "aws_sqs_queue_policy",
    "aws_glue_resource_policy",
    "aws_secretsmanager_secret_policy",
    "aws_cloudwatch_event_bus_policy",
    "aws_vpc_endpoint",
    "aws_msk_cluster_policy",
    # Types that occur in external configurations only.
    "aws_backup_vault_policy",
    "aws_dynamodb_resource_policy",
    "aws_ecr_repository_policy",
    "aws_efs_file_system_policy",
    "aws_kinesis_resource_policy",
    "aws_s3_access_point",
    "aws_s3control_access_point_policy",
    "aws_sns_topic",
    "aws_sqs_queue",
)
"""Types with resource-based policies in ``policy``."""

_RESOURCE_POLICY_TYPES: Final = (
    *("aws_backup_", "aws_cloudwatch_event_", "aws_dynamodb_", "aws_ecr_", "aws_elasticsearch_", "aws_kinesis_"),
    *("aws_kms_", "aws_opensearch_", "aws_redshift", "aws_s3_", "aws_s3control_", "aws_s3tables_"),
    "aws_secretsmanager_",
)
"""Services whose types that end in `_policy` hold a resource policy."""
_ROLES: Final = {"assume_role_policy": PolicyRole.TRUST, "inline_policy_document": PolicyRole.IDENTITY}


def role_of_type(kind: str, attribute: str) -> PolicyRole | None:
    """Role of the documents in an attribute of a type, whatever they contain; None if their content decides it."""
    if attribute in _ROLES:
        return _ROLES[attribute]
    if kind in IDENTITY:
        return PolicyRole.IDENTITY
    if kind in ("aws_vpc_endpoint", "aws_vpc_endpoint_policy"):
        return PolicyRole.ENDPOINT
    if kind in RESOURCE or (kind.endswith("_policy") and kind.startswith(_RESOURCE_POLICY_TYPES)):
        return PolicyRole.RESOURCE
    return None


DATA_SERVICES: Final = (
    "s3",
    "s3tables",
    "kms",
    "glue",
    "lakeformation",
    "athena",
    "kafka",
    "kafka-cluster",
    "kinesis",
    "firehose",
    "dynamodb",
    "redshift",
    "redshift-data",
    "emr-serverless",
    "elasticmapreduce",
    "secretsmanager",
    "logs",
    "sns",
    "sqs",
    "ssm",
    "states",
    "events",
    "scheduler",
)
"""Action prefixes of services that store data or control access to it."""


def policies(block: Block) -> Iterator[Any]:
    """Policy documents of a resource: ``policy`` and ``inline_policy`` blocks, without the trust policy."""
    for holder in [block, *nested(block, "inline_policy")]:
        if holder.get("policy") is not None:
            yield holder["policy"]


def allow_statements(policy: FoundPolicy) -> Iterator[dict[str, Any]]:
    """Allow statements of a policy document."""
    yield from (item for item in policy_documents.statements(policy.document) if item.get("Effect") == "Allow")


def statement_name(statement: dict[str, Any]) -> str:
    """Name of a statement in messages."""
    return f"statement {statement['Sid']}" if statement.get("Sid") else "a statement without Sid"


def single_actions(statement: Statement) -> Iterator[str]:
    """Actions that a statement allows, in lower case, without those that other rules cover.

    CKV_AWS_63 covers ``*``, and LK_IAM_2 service wildcards such as ``s3:*``.
    """
    for action in map(str.lower, statement.actions or () if statement.allows else ()):
        service, _, verb = action.partition(":")
        if action != "*" and not ("*" in verb and service in DATA_SERVICES):
            yield action


class Effects:
    """Actions in lower case and what each does."""

    def __init__(self, effects: Mapping[str, str]) -> None:
        self._effects = dict(effects)
        self._named: dict[str, tuple[str, ...]] = {}

    def __getitem__(self, action: str) -> str:
        return self._effects[action]

    def named(self, action: str) -> tuple[str, ...]:
        """The actions that an action of a statement, in lower case, stands for."""
        if not wildcards.has_wildcards(action):
            return (action,) if action in self._effects else ()
        if action not in self._named:
            service = action.partition(":")[0]
            exact = not wildcards.has_wildcards(service)
            known = (one for one in self._effects if not exact or one.startswith(f"{service}:"))
            self._named[action] = tuple(one for one in known if wildcards.matches(action, one))
        return self._named[action]


def is_denied(statements: Iterable[Statement], action: str, resource: str) -> bool:
    """Whether a statement of the same document denies an action on all of a resource, without a condition."""
    return any(
        not one.allows
        and not one.conditions
        and any(wildcards.matches(pattern.lower(), action) for pattern in one.actions or ())
        and wildcards.includes(one.resources or (), resource)
        for one in statements
    )


def is_wildcard(arn: str) -> bool:
    """Whether an ARN stands for resources of every name of a type."""
    if arn == "*":
        return True
    name = arn.split(":", 5)[-1].replace(":", "/").partition("/")[2]
    return not name or name[0] in "*?"
