"""What the conditions of a statement hold it to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lakekit_policies.iam import policy_documents

_NAMING: Final = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
"""Operators that hold only where the key is there and says one of the values.

Not among them: negations, ``…IfExists`` and ``ForAllValues:``, which hold where the key is missing.
"""


def condition_values(statement: dict[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Condition keys with the values that a statement is held to: it allows nothing where the key says anything else.

    Args:
        statement: of a policy document.
        keys: beginnings of condition keys, in lower case: ``aws:resourcetag/``.
    """
    for operator, key, values in policy_documents.conditions(statement):
        naming = operator.removeprefix("ForAnyValue:") in _NAMING
        if naming and key.startswith(keys) and values and all(value.strip("*?") for value in values):
            yield key, values


def is_conditioned(statement: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a statement allows nothing but where one of these keys has a value that somebody chose."""
    return any(True for _ in condition_values(statement, keys))


def has_tag_condition(statement: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a statement holds only where one of these tags is there, or has a value that somebody chose."""
    return is_conditioned(statement, keys) or any(
        # The key has to be there; whatever it says, it is a tag of that name.
        operator == "Null" and values == ["false"] and key.startswith(keys)
        for operator, key, values in policy_documents.conditions(statement)
    )
