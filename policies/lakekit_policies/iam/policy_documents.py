"""Parse IAM policy documents in any form: a dict, a JSON string, ``${jsonencode(…)}``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from lakekit_policies.shared.json_text import read_json_text

POLICY_ATTRIBUTES: Final = frozenset(
    {"policy", "assume_role_policy", "inline_policy_document", "access_policy", "access_policies"}
)
"""Attributes of AWS resources that hold a policy document."""
ELEMENTS: Final = frozenset(
    {
        *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"),
    }
)
"""Elements of a statement."""


def parse(value: Any) -> Any:
    """Parse a document; any other value (a reference, None) is returned unchanged."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.startswith("${jsonencode(") and text.endswith(")}"):
        text = _json_of_hcl(text[len("${jsonencode(") : -2])
    if not text.startswith("{"):
        return value
    return read_json_text(text, strict=True)


def parse_or_text(value: Any) -> Any:
    """Parse a document; a text that is not valid is returned unchanged (LK_IAM_31 reports it)."""
    try:
        return parse(value)
    except (ValueError, IndexError):
        return value


def is_json_text(value: Any) -> bool:
    """Whether a value is a text without expressions that is meant to be a JSON object."""
    return isinstance(value, str) and value.lstrip().startswith("{") and "${" not in value


def is_known(document: Any) -> bool:
    """Whether a document is known: it was parsed, or is a text with JSON in it and without expressions.

    Any other text, such as the placeholder of an unknown value, is no document.
    """
    if isinstance(document, str):
        return "{" in document and "${" not in document
    return isinstance(document, Mapping | list) and bool(document)


def has_policy_form(document: Any) -> bool:
    """Whether an object has no other elements than a policy, with or without statements."""
    return isinstance(document, Mapping) and set(document) <= {"Version", "Id", "Statement"}


def is_data_protection(document: Mapping[str, Any]) -> bool:
    """Whether a document is a data protection policy, whose statements name data identifiers and no permissions.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-data-protection-policies.html
    """
    found = document.get("Statement")
    statements = found if isinstance(found, list) else [found]
    return bool(found) and all(
        isinstance(one, Mapping) and "DataIdentifier" in one and not {"Effect", "Action", "NotAction"} & set(one)
        for one in statements
    )


def _json_of_hcl(text: str) -> str:
    """JSON of an HCL object expression as cdktf writes it: quoted keys, ``=``, bare references."""
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == '"':
            end = _end_of_string(text, at)
            out.append(text[at:end])
        elif char in "{}[],:" or char.isspace():
            end = at + 1
            out.append(char)
        elif char == "=":
            end = at + 1
            out.append(":")
        else:
            end = _end_of_expression(text, at)
            out.append(_scalar(text[at:end].strip()))
        at = end
    return "".join(out)


def _scalar(text: str) -> str:
    try:
        read_json_text(text, strict=True)
    except ValueError:
        return json.dumps("${" + text + "}")
    return text


def _end_of_string(text: str, start: int) -> int:
    at = start + 1
    while text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _end_of_expression(text: str, start: int) -> int:
    depth, at = 0, start
    while at < len(text):
        char = text[at]
        if char == '"':
            at = _end_of_string(text, at)
            continue
        if depth == 0 and char in ",]}\n":
            return at
        depth += (char in "([{") - (char in ")]}")
        at += 1
    return at


def statements(document: Any) -> list[dict[str, Any]]:
    """The statements of a parsed document with the usual names of their elements; empty for other values."""
    if not isinstance(document, Mapping):
        return []
    found = document.get("Statement", [])
    return [
        {element(name): value for name, value in statement.items()}
        for statement in (found if isinstance(found, list) else [found])
        if isinstance(statement, Mapping)
    ]


@lru_cache(maxsize=64)
def element(name: str) -> str:
    """The element with its usual capitals; IAM rejects others, resource policies of some services do not."""
    return next((known for known in ELEMENTS if known.lower() == str(name).lower()), str(name))


def normalize(document: dict[str, Any]) -> dict[str, Any]:
    """Normalize a document for checkov's checks: statements in a list, each with its principal.

    IAM accepts a single statement without a list, and ``NotPrincipal`` instead of ``Principal``. Checks that index a
    missing key crash on the first such statement and skip the others. ``statements_of`` reads the empty principal as
    absent.
    """
    found = document.get("Statement")
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        return document
    full = [{"Principal": {}, **one} if isinstance(one, dict) and "NotPrincipal" in one else one for one in found]
    return {**document, "Statement": full}


def items(statement: dict[str, Any], key: str) -> list[str]:
    """``Action``, ``Resource`` … of a statement as a list."""
    found = statement.get(key, [])
    return [str(item) for item in (found if isinstance(found, list) else [found])]


def conditions(statement: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Every condition of a statement: operator, key in lower case, values as strings."""
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, values in keys.items():
            yield (
                operator,
                key.lower(),
                [_text(v) for v in (values if isinstance(values, list) else [values])],
            )


def principals(statement: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every principal of a statement: ("AWS", arn), ("Service", name), ("*", "*")."""
    found = statement.get("Principal", {})
    if isinstance(found, str):
        yield found, found
        return
    if isinstance(found, list):
        yield from (("AWS", str(name)) for name in found)
        return
    for kind, names in found.items():
        for name in names if isinstance(names, list) else [names]:
            yield kind, str(name)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
