"""Mutants of conditions: dropped, loosened, negated, and with values of another account or organization."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Final

from mutation.edits import Document

_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
_ORGANIZATION: Final = re.compile(r"\bo-[a-z0-9]{10,32}\b")
FOREIGN_ACCOUNT: Final = "999999999999"
_FOREIGN_ORGANIZATION: Final = "o-zzzzzzzzzz"


def without_conditions(statement: Document) -> Iterator[tuple[str, Document]]:
    """The statement without each of its conditions."""
    for operator, keys in (statement.get("Condition") or {}).items():
        for key in keys:
            changed = copy.deepcopy(statement)
            del changed["Condition"][operator][key]
            if not changed["Condition"][operator]:
                del changed["Condition"][operator]
            yield f"without {operator} {key}", changed


def with_loose_conditions(statement: Document) -> Iterator[tuple[str, Document]]:
    """The statement with a condition that holds if its key is missing, and with one that matches any value."""
    for operator, key, values, others in _conditions(statement):
        if operator in ("StringEquals", "StringLike", "ArnLike", "ArnEquals"):
            yield f"or without {key}", _with(statement, others, f"{operator}IfExists", key, values)
            yield f"anything for {key}", _with(statement, others, "StringLike", key, "*")


def with_negated_conditions(statement: Document) -> Iterator[tuple[str, Document]]:
    """The statement with the opposite of each condition."""
    for operator, key, values, others in _conditions(statement):
        opposite = _opposite(operator)
        if opposite:
            yield f"{opposite} for {key}", _with(statement, others, opposite, key, values)
        elif operator.lower() in ("bool", "null"):
            inverse = "false" if str(values).lower() == "true" else "true"
            yield f"{key} becomes {inverse}", _with(statement, others, operator, key, inverse)


def with_foreign_values(statement: Document) -> Iterator[tuple[str, Document]]:
    """The statement with a condition for another account or organization instead of the own one."""
    for operator, key, values, others in _conditions(statement):
        items = values if isinstance(values, list) else [values]
        foreign = [_ORGANIZATION.sub(_FOREIGN_ORGANIZATION, _ACCOUNT.sub(FOREIGN_ACCOUNT, str(one))) for one in items]
        if foreign != [str(one) for one in items]:
            yield f"{key} of another account", _with(statement, others, operator, key, foreign)


def _conditions(statement: Document) -> Iterator[tuple[str, str, object, Document]]:
    """Operator, key and values of each condition, and the other conditions."""
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, values in keys.items():
            rest = {name: value for name, value in keys.items() if name != key}
            others = {**statement["Condition"], operator: rest}
            yield operator, key, values, {name: tests for name, tests in others.items() if tests}


def _with(statement: Document, others: Document, operator: str, key: str, values: object) -> Document:
    return {**statement, "Condition": {**others, operator: {**others.get(operator, {}), key: values}}}


def _opposite(operator: str) -> str:
    for prefix in ("String", "Arn", "Numeric", "Date"):
        for comparison in ("EqualsIgnoreCase", "Equals", "Like"):
            if operator == f"{prefix}{comparison}":
                return f"{prefix}Not{comparison}"
            if operator == f"{prefix}Not{comparison}":
                return f"{prefix}{comparison}"
    return ""
