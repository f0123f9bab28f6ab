"""Render ``data.aws_iam_policy_document`` blocks as the JSON that Terraform creates from them.

With it a role's policy is evaluated at synth although the configuration only refers to the data source.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from lakekit_policies.shared.json_text import read_json_text

TYPE: Final = "aws_iam_policy_document"
INHERITING: Final = ("source_policy_documents", "override_policy_documents")
"""Arguments that name documents whose statements are included."""
_LISTS: Final = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_PRINCIPALS: Final = {"principals": "Principal", "not_principals": "NotPrincipal"}


def render(document: Mapping[str, Any], resolve: Callable[[str], str | None]) -> str | None:
    """The policy as JSON text; None when a part of it is known only to Terraform.

    Args:
        document: the data block's values, nested blocks as lists.
        resolve: returns the JSON text of a referenced document (``source_policy_documents``), or None.
    """
    own = document.get("statement") or []
    if not isinstance(own, list) or not all(_is_decided(block) for block in own):
        return None
    inherited = _referenced(document.get(INHERITING[0]), resolve)
    overriding = _referenced(document.get(INHERITING[1]), resolve)
    if inherited is None or overriding is None:
        return None
    statements: list[dict[str, Any]] = []
    for added in (*inherited, [_statement(block) for block in own], *overriding):
        # A later statement with the same Sid replaces the earlier one.
        sids = {statement["Sid"] for statement in added if statement.get("Sid")}
        statements = [kept for kept in statements if kept.get("Sid") not in sids] + added
    return json.dumps({"Version": document.get("version", "2012-10-17"), "Statement": statements})


def _referenced(documents: Any, resolve: Callable[[str], str | None]) -> list[list[dict[str, Any]]] | None:
    if not isinstance(documents, list | None):
        return None
    found = []
    for text in documents or []:
        statements = _statements(text if text.lstrip().startswith("{") else resolve(text))
        if statements is None:
            return None
        found.append(statements)
    return found


def _statements(text: str | None) -> list[dict[str, Any]] | None:
    if text is None:
        return None
    try:
        found = read_json_text(text).get("Statement", [])
    except (ValueError, AttributeError):
        return None
    return list(found) if isinstance(found, list) else [found]


def _is_decided(block: Mapping[str, Any]) -> bool:
    """Whether what decides the meaning of a statement is known: its effect, actions, kinds of principals and operators.

    Other values, such as the ARN of a role, can be references.
    """
    texts = [block.get("effect"), *(block.get("actions") or ()), *(block.get("not_actions") or ())]
    for key in _PRINCIPALS:
        texts += [principal.get("type") for principal in block.get(key) or ()]
    for condition in block.get("condition") or ():
        texts += [condition.get("test"), condition.get("variable")]
    return not any(isinstance(text, str) and ("${" in text or "%{" in text) for text in texts)


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
