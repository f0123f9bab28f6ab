"""Conditions of policy statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lakekit_policies.iam import policy_documents

_MATCHING_OPERATORS: Final = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
"""Operators that match only if the key is present with one of the values.

Excludes negations, ``…IfExists`` and ``ForAllValues:``, which match when the key is absent.
"""


def condition_values(statement: dict[str, Any], keys: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Condition keys that restrict a statement, with their allowed values.

    Args:
        statement: statement of a policy document.
        keys: prefixes of condition keys in lower case, for example ``aws:resourcetag/``.
    """
    for operator, key, values in policy_documents.conditions(statement):
        is_matching = operator.removeprefix("ForAnyValue:") in _MATCHING_OPERATORS
        if is_matching and key.startswith(keys) and values and all(value.strip("*?") for value in values):
            yield key, values


def is_conditioned(statement: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a statement requires a specific value of one of these condition keys."""
    return any(True for _ in condition_values(statement, keys))


def has_tag_condition(statement: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a statement requires one of these tags, with any or a specific value."""
    return is_conditioned(statement, keys) or any(
        # The tag must be present, with any value.
        operator == "Null" and values == ["false"] and key.startswith(keys)
        for operator, key, values in policy_documents.conditions(statement)
    )
