"""Locations and accounts that statements of Athena and Redshift name, except those of plain queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lakekit_policies.sql.parse import SqlError, Word, statements

_QUERIES: Final = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "VALUES", "("})
_WRITES: Final = frozenset({"UNLOAD", "INSERT", "CREATE", "COPY"})


def literals(text: str) -> Iterator[str]:
    """The texts of statements that write, create, load or call an external function.

    A query compares texts only, so that its literals are no destinations.

    Raises:
        SqlError: the text cannot be read.
    """
    for words in statements(text):
        if words[0].text not in _QUERIES or _writes(words):
            yield from (word.text for word in words if word.kind == "string")


def public_grants(text: str) -> Iterator[str]:
    """Statements that grant to everybody, as far as they can be read."""
    for words in _readable(text):
        texts = [word.text for word in words]
        if texts[0] == "GRANT" and "PUBLIC" in texts and texts[texts.index("PUBLIC") - 1] in ("TO", ","):
            yield f"grants {' '.join(texts[1:4])} … to PUBLIC"


def _writes(words: Sequence[Word]) -> bool:
    """Whether a query is part of a statement that writes: EXPLAIN ANALYZE UNLOAD, WITH … INSERT."""
    return any(
        word.kind == "word"
        and word.text in _WRITES
        and [one.text for one in words[at + 1 : at + 2]] in (["("], ["INTO"], ["TABLE"])
        for at, word in enumerate(words)
    )


def _readable(text: str) -> list[list[Word]]:
    try:
        return statements(text)
    except SqlError:
        return []
