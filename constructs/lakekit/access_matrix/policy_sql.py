"""Reads the SQL of our masking and row access policies, and nothing else.

Whatever is not understood raises: a matrix must not say "masked" of a policy that nobody could read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from lakekit.errors import LakekitError

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<word>[A-Za-z_][\w$]*)|(?P<mark>[(),]|[^\s\w'(),]+|\d+))"
)
_BRANCHES: Final = ("WHEN", "ELSE", "END")


class UnreadablePolicyError(LakekitError):
    """A policy whose SQL is not of the form that Lakekit writes."""


def evaluate(body: str, *, held: Collection[str], tags: Mapping[str, str]) -> str:
    """The text of the branch that a policy takes.

    Args:
        body: `CASE WHEN … THEN … [WHEN … THEN …] ELSE … END`.
        held: names of the roles in the session.
        tags: the current column's tags by fully qualified tag name; a tag that is not there is NULL.

    Raises:
        UnreadablePolicyError: the body is of another form.
    """
    reader = _Reader(body, held, tags)
    reader.take("CASE")
    while reader.peek() == "WHEN":
        reader.take("WHEN")
        holds = reader.either()
        reader.take("THEN")
        branch = reader.branch()
        if holds:
            return branch
    reader.take("ELSE")
    branch = reader.branch()
    reader.take("END")
    reader.end()
    return branch


class _Reader:
    def __init__(self, body: str, held: Collection[str], tags: Mapping[str, str]) -> None:
        self._body, self._held, self._tags = body, held, tags
        self._tokens: list[tuple[str, int, int]] = []
        at = 0
        while at < len(body.rstrip()):
            match = _TOKEN.match(body, at)
            if match is None:
                raise self._unreadable(at)
            kind = str(match.lastgroup)
            text = match[kind].upper() if kind == "word" else match[kind]
            self._tokens.append((text, match.start(kind), match.end(kind)))
            at = match.end()
        self._at = 0

    def peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or (wanted is not None and token != wanted):
            raise self._unreadable(self._tokens[self._at][1] if token else len(self._body))
        self._at += 1
        return token

    def end(self) -> None:
        if self.peek():
            raise self._unreadable(self._tokens[self._at][1])

    def either(self) -> bool:
        result = self._all()
        while self.peek() == "OR":
            self.take()
            result = self._all() or result
        return result

    def branch(self) -> str:
        """The text up to the next WHEN, ELSE or END outside of parentheses."""
        start, depth = self._at, 0
        while self.peek() and (depth or self.peek() not in _BRANCHES):
            depth += {"(": 1, ")": -1}.get(self.peek(), 0)
            self._at += 1
        if start == self._at:
            raise self._unreadable(len(self._body))
        return self._body[self._tokens[start][1] : self._tokens[self._at - 1][2]]

    def _all(self) -> bool:
        result = self._one()
        while self.peek() == "AND":
            self.take()
            result = self._one() and result
        return result

    def _one(self) -> bool:
        word = self.take()
        if word == "(":
            result = self.either()
            self.take(")")
            return result
        if word in ("TRUE", "FALSE"):
            return word == "TRUE"
        if word == "IS_ROLE_IN_SESSION":
            return self._argument() in self._held
        if word == "SYSTEM$GET_TAG_ON_CURRENT_COLUMN":
            value = self._tags.get(self._argument())
            self.take("IN")
            return value in self._strings()
        raise self._unreadable(self._tokens[self._at - 1][1])

    def _argument(self) -> str:
        (only,) = self._strings()
        return only

    def _strings(self) -> list[str]:
        self.take("(")
        found = [self._string()]
        while self.peek() == ",":
            self.take()
            found.append(self._string())
        self.take(")")
        return found

    def _string(self) -> str:
        token = self.take()
        if not token.startswith("'"):
            raise self._unreadable(self._tokens[self._at - 1][1])
        return token[1:-1].replace("''", "'")

    def _unreadable(self, at: int) -> UnreadablePolicyError:
        return UnreadablePolicyError(
            f"cannot be read at {self._body[at : at + 40]!r}: {self._body[:80]}",
            where="a masking or row access policy",
            fix="leave policies to GovernanceTags and RowAccessPolicy, or read this one yourself",
        )
