"""Accounts that the values of a resource show as its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.boundary import arns

# AWS refuses to pass a role of another account to a service: the account of such an ARN is the resource's own.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
_PASSED_ROLES: Final = frozenset(
    {
        "cloud_watch_logs_role_arn",
        "cloudwatch_role_arn",
        "execution_role_arn",
        "iam_role_arn",
        "job_role_arn",
        "role",
        "role_arn",
        "service_execution_role_arn",
        "service_role",
        "service_role_arn",
        "task_role_arn",
    }
)
# Only the owner of a resource sets its policy, shares it or puts it behind an endpoint service.
_SUBJECTS: Final = frozenset(
    {"data_share_arn", "gateway_load_balancer_arns", "network_load_balancer_arns", "resource_arn", "table_bucket_arn"}
)
# Types whose `arn` is an argument.
_NAMES_TARGET: Final = frozenset({"aws_cloudwatch_event_target", "aws_lakeformation_resource"})
_NAMES_SUBJECT: Final = frozenset({"aws_sns_topic_policy", "aws_sns_topic_data_protection_policy"})


def computed_accounts(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Account ids of the ARN that AWS has given to a resource.

    Args:
        kind: resource type.
        values: its values.
    """
    if kind.startswith("aws_") and kind not in _NAMES_TARGET | _NAMES_SUBJECT:
        yield from _accounts(values.get("arn"))


def named_accounts(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Account ids of roles that a resource passes to services, and of what it configures.

    AWS rejects arguments that name another account, but only when they are applied, after other resources of the
    same plan: they do not prove the account.

    Args:
        kind: resource type.
        values: its values.
    """
    if not kind.startswith("aws_"):
        return
    if kind in _NAMES_SUBJECT:
        yield from _accounts(values.get("arn"))
    for name in _SUBJECTS & set(values):
        yield from _accounts(values[name])
    yield from _roles(values)


def _roles(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name in _PASSED_ROLES and isinstance(part, str):
                arn = arns.parse(part)
                if arn is not None and arn.service == "iam":
                    yield from _accounts(part)
            else:
                yield from _roles(part)
    elif isinstance(value, list):
        for part in value:
            yield from _roles(part)


def _accounts(value: Any) -> Iterator[str]:
    for text in value if isinstance(value, list) else [value]:
        arn = arns.parse(text) if isinstance(text, str) else None
        if arn is not None and arns.is_account(arn.account):
            yield arn.account
