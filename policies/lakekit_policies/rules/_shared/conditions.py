"""What the conditions of a statement hold it to."""

from __future__ import annotations

from typing import Any, Final

from lakekit_policies import documents

_NAMING: Final = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")
"""Operators that hold only where the key is there and says one of the values.

Not among them: negations, ``…IfExists`` and ``ForAllValues:``, which hold where the key is missing.
"""


def bound(statement: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether a statement holds only where one of these keys has a value that somebody chose.

    Args:
        statement: of a policy document.
        keys: beginnings of condition keys, in lower case: ``aws:resourcetag/``.
    """
    for operator, key, values in documents.conditions(statement):
        if not key.startswith(keys):
            continue
        if operator.removeprefix("ForAnyValue:") in _NAMING and values and all(value.strip("*?") for value in values):
            return True
        # The key has to be there; whatever it says, it is a tag of that name.
        if operator == "Null" and values == ["false"]:
            return True
    return False
