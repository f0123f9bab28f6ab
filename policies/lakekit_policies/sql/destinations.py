"""Locations and accounts that statements of Athena and Redshift name, except those of plain queries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from lakekit_policies.sql import deletions
from lakekit_policies.sql.parse import SqlError, Word, statements
from lakekit_policies.sql.words import Reader

_QUERIES: Final = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "VALUES", "("})
_DROPPED: Final = ("TABLE", "DATABASE", "SCHEMA")
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


def created_tables(text: str) -> Iterator[str]:
    """Names of the tables that statements create, as far as they can be read."""
    for words in _readable(text):
        reader = Reader(words)
        if reader.take("CREATE"):
            for skipped in ("TEMPORARY", "TEMP", "EXTERNAL"):
                reader.take(skipped)
            if reader.take("TABLE"):
                reader.take("IF", "NOT", "EXISTS")
                yield reader.name()


def lost_tables(text: str, created: Collection[str]) -> Iterator[str]:
    """Statements that drop, empty or update a whole table; tables of ``created`` may be."""
    for words in _readable(text):
        reader = Reader(words)
        if reader.take("DROP"):
            kind = next((one for one in _DROPPED if reader.take(one)), None)
            reader.take("IF", "EXISTS")
            name = reader.name() if kind else ""
            if kind and name not in created:
                yield f"drops the {kind.lower()} {name.lower()}"
            continue
        emptied, updated = deletions.emptied(words, 0), deletions.updated(words, 0)
        if emptied and emptied not in created:
            yield f"deletes every row of {emptied.lower()}"
        if updated and updated not in created:
            yield f"updates every row of {updated.lower()}"


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
