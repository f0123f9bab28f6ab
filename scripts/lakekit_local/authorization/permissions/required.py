"""The permissions of a request: those of its operation, and ``iam:PassRole`` for the roles that it passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lakekit_local.authorization.permissions import athena, ec2, glue, identities, kms, others, s3
from lakekit_local.authorization.permissions.generic import generic_permissions
from lakekit_local.authorization.permissions.model import Permission
from lakekit_local.authorization.permissions.passed_roles import passed_roles
from lakekit_local.requests.registry import Call

_BY_SERVICE: Final[dict[str, Callable[[Call], list[Permission] | None]]] = {
    "athena": athena.permissions,
    "budgets": others.budgets,
    "dynamodb": others.dynamodb,
    "ec2": ec2.permissions,
    "emr": others.emr,
    "events": others.events,
    "glue": glue.permissions,
    "iam": identities.iam,
    "kms": kms.permissions,
    "lakeformation": others.lake_formation,
    "logs": others.logs,
    "s3": s3.permissions,
    "secretsmanager": others.secrets,
    "sqs": others.sqs,
    "ssm": others.ssm,
    "sts": identities.sts,
}


def required_permissions(call: Call) -> list[Permission]:
    """The permissions that the caller needs, in the order in which AWS checks them.

    Raises:
        UnknownPermissionError: neither the reference nor the tables of the local cloud have the operation.
    """
    own = _BY_SERVICE.get(call.service)
    found = own(call) if own else None
    if found is None:
        found = generic_permissions(call)
    return [*found, *passed_roles(call)]
