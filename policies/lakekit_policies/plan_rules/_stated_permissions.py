"""Permissions that a resource states in attributes, as the statement that AWS adds to a resource policy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_ACCOUNT: Final = re.compile(r"\d{12}")
_CONDITIONS: Final = {
    "source_arn": ("ArnLike", "aws:SourceArn"),
    "source_account": ("StringEquals", "aws:SourceAccount"),
    "principal_org_id": ("StringEquals", "aws:PrincipalOrgID"),
    "organization_id": ("StringEquals", "aws:PrincipalOrgID"),
    "event_source_token": ("StringEquals", "lambda:EventSourceToken"),
    "function_url_auth_type": ("StringEquals", "lambda:FunctionUrlAuthType"),
}
TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_lambda_permission": ("function_name", "qualifier"),
    "aws_lambda_layer_version_permission": ("layer_name", "version_number"),
    "aws_cloudwatch_event_permission": ("event_bus_name",),
}
"""Types, and the attributes that name the resource with the policy."""


def policy_of(kind: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    """The policy of a permission; None for other types, and if there is none.

    https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
    """
    if kind not in TYPES or not values:
        return None
    condition: dict[str, dict[str, Any]] = {}
    for attribute, (operator, key) in _CONDITIONS.items():
        if values.get(attribute):
            condition.setdefault(operator, {})[key] = values[attribute]
    for one in values.get("condition") or ():
        if isinstance(one, Mapping):
            condition.setdefault(str(one.get("type")), {})[str(one.get("key"))] = one.get("value")
    statement = {
        "Effect": "Allow",
        "Principal": _principal(str(values.get("principal") or "*")),
        "Action": values.get("action") or "events:PutEvents",
        "Resource": " ".join(str(values[name]) for name in TYPES[kind] if values.get(name)) or "*",
        **({"Condition": condition} if condition else {}),
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _principal(name: str) -> Any:
    if name == "*":
        return "*"
    if _ACCOUNT.fullmatch(name):
        return {"AWS": f"arn:aws:iam::{name}:root"}
    return {"AWS": name} if name.startswith("arn:") else {"Service": name}
