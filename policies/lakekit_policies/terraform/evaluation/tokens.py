"""The tokens of a Terraform expression."""

from __future__ import annotations

import json
import re
from typing import Final

from lakekit_policies.terraform.evaluation.values import UndecidedError

_TOKEN: Final = re.compile(
    r"(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_][\w-]*)"
    r"|(?P<sign>==|!=|<=|>=|=>|&&|\|\||\.\.\.|[-+*/%<>!?:=.,()\[\]{}\n])"
)
_BLANK: Final = re.compile(r"(?:[ \t\r]|/\*.*?\*/|(?:#|//)[^\n]*)+", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:[nrt\"\\]|u[0-9a-fA-F]{4})")


class Tokens:
    """Reads one token after the other.

    Args:
        text: the expression.
        at: position of the first token.
    """

    def __init__(self, text: str, at: int) -> None:
        self._text, self._at = text, at
        self._lines = 0
        """Depth of brackets in which line ends are blanks."""
        self._kind, self._piece = "", ""

    def take(self, sign: str) -> None:
        """Move past a token; an empty one is the end of the text."""
        if self._piece != sign or self._kind not in ("sign", "end"):
            raise UndecidedError(self._text)
        self._next()

    def _escape(self) -> str:
        match = _ESCAPE.match(self._text, self._at)
        if match is None:
            raise UndecidedError(self._text)
        self._at = match.end()
        text: str = json.loads(f'"{match[0]}"')
        return text

    def _open(self) -> None:
        self._lines += 1
        self._next()

    def _close(self, sign: str) -> None:
        if self._piece != sign or self._kind != "sign":
            raise UndecidedError(self._text)
        self._lines = max(0, self._lines - 1)
        self._next()

    def _skip_lines(self) -> None:
        while self._piece == "\n" and self._kind == "sign":
            self._next()

    def _next(self) -> None:
        while True:
            if blank := _BLANK.match(self._text, self._at):
                self._at = blank.end()
            if self._at >= len(self._text):
                self._kind, self._piece = "end", ""
                return
            if self._text[self._at] == '"':
                self._kind, self._piece = "text", '"'
                self._at += 1
                return
            match = _TOKEN.match(self._text, self._at)
            if match is None:
                raise UndecidedError(self._text)
            self._at = match.end()
            if match[0] == "\n" and self._lines:
                continue
            self._kind, self._piece = str(match.lastgroup), match[0]
            return
