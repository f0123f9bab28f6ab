"""Functions that a Snowflake text calls and that Snowflake does not define."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lakekit_policies.shared.interpolations import UNKNOWN_NAME
from lakekit_policies.sql.parse import Word
from lakekit_policies.sql.system_functions import is_keyword, is_known

_DECLARES: Final = frozenset(
    {"@", "INTO", "TABLE", "VIEW", "CALL", "UPDATE", "PROCEDURE", "FUNCTION", "EXISTS", "WITH", "RECURSIVE", "AS"}
)
"""Words before a name with a list of columns, an alias or a procedure."""


def functions(words: Sequence[Word]) -> Iterator[tuple[str, ...]]:
    """Names of the functions that a statement calls, without those of Snowflake.

    Args:
        words: the words of the statement.
    """
    for index, word in enumerate(words[:-1]):
        if word.kind not in ("word", "name") or words[index + 1].text != "(" or words[index + 1].kind != "mark":
            continue
        start = index
        while start >= 2 and words[start - 1].text == "." and words[start - 2].kind in ("word", "name"):
            start -= 2
        name = tuple(one.text.upper() for one in words[start : index + 1 : 2])
        known = is_known(name[-1]) if len(name) == 1 and word.kind == "word" else name[0] == "SNOWFLAKE"
        declares = start > 0 and _declares(words[start - 1])
        if not known and not declares and UNKNOWN_NAME not in name[-1] and not _is_list(words, index + 1):
            yield name


def _declares(before: Word) -> bool:
    """Whether what follows is the name of a table, an alias or a stage, and not a function."""
    if before.kind == "mark":
        return before.text == ")"
    return before.kind != "word" or before.text in _DECLARES or not is_keyword(before.text)


def _is_list(words: Sequence[Word], opening: int) -> bool:
    """Whether parentheses hold the options of a stage, or the columns of a query of WITH: name (a, b) AS (…)."""
    if [word.text for word in words[opening + 1 : opening + 2]] in (["FILE_FORMAT"], ["PATTERN"]):
        return True
    depth = 0
    for index in range(opening, len(words)):
        if words[index].kind == "mark":
            depth += {"(": 1, ")": -1}.get(words[index].text, 0)
        if depth == 0:
            return [word.text for word in words[index + 1 : index + 3]] == ["AS", "("]
    return False
