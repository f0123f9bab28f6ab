"""``data.aws_iam_policy_document`` blocks as the JSON that Terraform will make of them.

With it a role's policy is judged at synth, although the configuration only points to the data source.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

TYPE: Final = "aws_iam_policy_document"
_LISTS: Final = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_PRINCIPALS: Final = {"principals": "Principal", "not_principals": "NotPrincipal"}


def render(document: Mapping[str, Any], resolve: Callable[[str], str | None]) -> str | None:
    """The policy as JSON text; None when a part of it is only known to Terraform.

    Args:
        document: the data block's values, nested blocks as lists.
        resolve: gives the JSON text of a referenced document (``source_policy_documents``), or None.
    """
    statements: list[dict[str, Any]] = []
    for name in ("source_policy_documents", "override_policy_documents"):
        parts = document.get(name) or []
        if not isinstance(parts, list):
            return None
        for part in parts:
            inherited = _statements(part if part.lstrip().startswith("{") else resolve(part))
            if inherited is None:
                return None
            # A later statement with the same Sid replaces the earlier one.
            sids = {statement.get("Sid") for statement in inherited if statement.get("Sid")}
            statements = [kept for kept in statements if kept.get("Sid") not in sids] + inherited
    own = document.get("statement") or []
    if not isinstance(own, list):
        return None
    statements += [_statement(block) for block in own]
    return json.dumps({"Version": document.get("version", "2012-10-17"), "Statement": statements})


def _statements(text: str | None) -> list[dict[str, Any]] | None:
    if text is None:
        return None
    try:
        found = json.loads(text).get("Statement", [])
    except (json.JSONDecodeError, AttributeError):
        return None
    return list(found) if isinstance(found, list) else [found]


def _statement(block: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": block.get("effect", "Allow")}
    if block.get("sid"):
        made["Sid"] = block["sid"]
    made |= {name: block[key] for key, name in _LISTS.items() if block.get(key)}
    for key, name in _PRINCIPALS.items():
        for principal in block.get(key) or []:
            kind, identifiers = principal.get("type", "AWS"), principal.get("identifiers", [])
            if kind == "*" and identifiers == ["*"]:
                made[name] = "*"
            elif made.get(name) != "*":
                made.setdefault(name, {}).setdefault(kind, []).extend(identifiers)
    for condition in block.get("condition") or []:
        operator = made.setdefault("Condition", {}).setdefault(condition["test"], {})
        operator.setdefault(condition["variable"], []).extend(condition.get("values", []))
    return made
