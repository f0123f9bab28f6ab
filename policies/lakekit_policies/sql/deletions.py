"""Statements of a script that delete or overwrite every row of a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from lakekit_policies.sql import filter_search
from lakekit_policies.sql.parse import SqlError, Word, trees
from lakekit_policies.sql.words import Reader

_CONSTANTS: Final = frozenset(
    {
        "AND",
        "OR",
        "NOT",
        "IS",
        "NULL",
        "TRUE",
        "FALSE",
        "IN",
        "BETWEEN",
        "LIKE",
        "ILIKE",
        "CURRENT_DATE",
        "CURRENT_TIME",
    }
    | {"CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "CURRENT_ROLE", "CURRENT_USER"}
)


def emptied(words: Sequence[Word], at: int) -> str | None:
    """The table that a statement empties; None for other statements.

    Args:
        words: words of the text.
        at: where the statement begins.
    """
    reader = Reader(words[at:])
    if reader.take("TRUNCATE"):
        reader.take("TABLE")
        reader.take("IF", "EXISTS")
        return reader.name() or None
    if reader.take("DELETE", "FROM"):
        condition = _part(words[at:], "WHERE", ())
        return reader.name() if condition is None or _always_holds(condition) else None
    if reader.take("MERGE", "INTO"):
        condition = _part(words[at:], "ON", ("WHEN",))
        deletes = any(
            [one.text for one in words[index : index + 3]] == ["MATCHED", "THEN", "DELETE"]
            for index in range(at, len(words))
        )
        return reader.name() if deletes and condition is not None and _always_holds(condition) else None
    if reader.take("INSERT", "OVERWRITE"):
        reader.take("INTO")
        return reader.name() if _holds_constants(words[at:]) else None
    return None


def updated(words: Sequence[Word], at: int) -> str | None:
    """The table of which a statement updates every row; None for other statements.

    Args:
        words: words of the text.
        at: where the statement begins.
    """
    reader = Reader(words[at:])
    if not reader.take("UPDATE"):
        return None
    if reader.take("SET"):
        return None  # an action of MERGE
    table = reader.name()
    condition = _part(words[at:], "WHERE", ())
    return table if table and (condition is None or _always_holds(condition)) else None


def _holds_constants(words: Sequence[Word]) -> bool:
    """Whether the query of an INSERT OVERWRITE reads no row: it has no table, a false condition or a limit of 0."""
    if _part(words, "FROM", ()) is None and _part(words, "TABLE", ()) is None:
        return True
    limit = _part(words, "LIMIT", ("OFFSET",)) or []
    if [word.text for word in limit[:1]] == ["0"]:
        return True
    condition = _part(words, "WHERE", ("GROUP BY", "HAVING", "QUALIFY", "ORDER BY", "LIMIT", "UNION"))
    is_union = _part(words, "UNION", ()) is not None
    return condition is not None and not is_union and _never_holds(condition)


def _never_holds(condition: Sequence[Word]) -> bool:
    try:
        (tree,) = trees(f"NOT ({' '.join(_written(word) for word in condition)})")
        return filter_search.always_true(tree, {})
    except (SqlError, ValueError):
        return False  # it compares columns with functions or other tables


def temporary_tables(statements: Collection[Sequence[Word]]) -> frozenset[str]:
    """Names of the tables of the session that a script creates."""
    found = set()
    for words in statements:
        for index, word in enumerate(words):
            if word.text in ("TEMP", "TEMPORARY") and word.kind == "word":
                reader = Reader(words[index + 1 :])
                reader.take("TABLE")
                reader.take("IF", "NOT", "EXISTS")
                found.add(reader.name())
    return frozenset(found - {""})


def _part(words: Sequence[Word], first: str, ends: Collection[str]) -> list[Word] | None:
    """The words after a keyword that is not in parentheses, up to another; None if it does not occur."""
    found: list[Word] | None = None
    depth = 0
    for word in words:
        if word.kind == "mark":
            depth += {"(": 1, ")": -1}.get(word.text, 0)
        if depth < 0 or (depth == 0 and word.kind == "word" and word.text in ends and found is not None):
            break
        if found is not None:
            found.append(word)
        elif depth == 0 and word.kind == "word" and word.text == first:
            found = []
    return found


def _always_holds(condition: Sequence[Word]) -> bool:
    """Whether a condition holds for every row: it names no column, or is a tautology."""
    named = [
        word
        for index, word in enumerate(condition)
        if word.kind == "name"
        or (
            word.kind == "word"
            and word.text not in _CONSTANTS
            and [one.text for one in condition[index + 1 : index + 2]] != ["("]
        )
    ]
    if not named:
        return True
    try:
        (tree,) = trees(" ".join(_written(word) for word in condition))
        return filter_search.always_true(tree, {})
    except (SqlError, ValueError):
        return False  # it compares columns with functions or other tables


def _written(word: Word) -> str:
    return "'" + word.text.replace("'", "''") + "'" if word.kind == "string" else str(word)
