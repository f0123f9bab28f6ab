"""IAM's evaluation of identity policies, as far as our roles use it: Allow, Deny, `*` and `?`, no conditions."""

from __future__ import annotations

import json
import re
from typing import Any

from lakekit.testing import Template, resources


def policies(template: Template) -> dict[str, list[dict[str, Any]]]:
    """The statements of every role of a stack, by the role's name."""
    names = {
        f"${{aws_iam_role.{role['//']['metadata']['uniqueId']}.name}}": role["name"]
        for role in resources(template, "aws_iam_role").values()
    }
    found: dict[str, list[dict[str, Any]]] = {}
    for policy in resources(template, "aws_iam_role_policy").values():
        role = names.get(policy["role"], policy["role"])
        found.setdefault(role, []).extend(json.loads(policy["policy"])["Statement"])
    return found


def is_allowed(statements: list[dict[str, Any]], action: str, resource: str) -> bool:
    """Whether these statements allow an action on a resource: a Deny takes precedence, and the default is to deny."""
    decided = {
        statement["Effect"]
        for statement in statements
        if _any(statement["Action"], action, ignore_case=True) and _any(statement["Resource"], resource)
    }
    return decided == {"Allow"}


def _any(patterns: str | list[str], value: str, *, ignore_case: bool = False) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns
    return any(_matches(pattern, value, ignore_case=ignore_case) for pattern in listed)


def _matches(pattern: str, value: str, *, ignore_case: bool) -> bool:
    """`*` is any run of characters, slashes and colons too; `?` is one (IAM user guide, "Resource")."""
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), value, re.IGNORECASE if ignore_case else 0) is not None
