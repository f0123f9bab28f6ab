"""Checks of row predicates: SQL conditions that Lake Formation and Snowflake evaluate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError

# Names that are not followed by a parenthesis (functions) and do not follow a dot (fields of a struct).
_NAME: Final = re.compile(r"(?<![\w.])[A-Za-z_]\w*\b(?!\s*\()")
_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        "and or not in is null missing like escape between true false case when then else end "
        "cast as date time timestamp interval day month year hour minute second "
        "varchar string char int integer bigint smallint double float real decimal numeric boolean bool",
    )
)
# A second statement, a comment or a query inside a predicate.
_NOT_A_PREDICATE: Final = re.compile(r"'|;|--|/\*|\bselect\b", re.IGNORECASE)


def check_row_predicate(scope: Construct, predicate: str, *, table: str, columns: Sequence[str]) -> None:
    """Reject a predicate that is not a condition on columns of the table.

    Args:
        scope: the construct that uses it, named in the error.
        predicate: the predicate.
        table: name of the table.
        columns: the columns of the table.

    Raises:
        ConstructError: an empty predicate, a statement, comment, query or open string in it, a name that is not a
            column, or no column at all.
    """
    text = re.sub(r"'(?:[^']|'')*'", " ", predicate)
    found = _NOT_A_PREDICATE.search(text)
    if found or not text.strip() or text.count("(") != text.count(")"):
        raise ConstructError(
            scope,
            f"the row filter {predicate!r} of {table} is not a predicate",
            fix="write one SQL condition on its columns, such as `country IN ('DE', 'FR')`",
        )
    names = [name.lower() for name in _NAME.findall(text)]
    unknown = sorted({*names} - _WORDS - {*columns})
    if unknown:
        raise ConstructError(
            scope,
            f"the row filter {predicate!r} of {table} names {', '.join(unknown)}: not a column of it",
            fix=f"use {', '.join(columns)}",
        )
    if not {*re.findall(r"\w+", text.lower())} & {*columns}:
        raise ConstructError(
            scope,
            f"the row filters of {table} use none of its columns: {predicate}",
            fix=f"use a column: {', '.join(columns)}",
        )
