"""Function calls in Terraform templates and in HCL: names, and first arguments that are quoted texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TEMPLATE_MARK = re.compile(r'\$\$\{|%%\{|[$%]\{|\\|"')
_CODE_MARK = re.compile(r'"|#|//|/\*|<<-?|[{}]|[^\W\d][\w-]*(?:\s*::\s*[^\W\d][\w-]*)*')
_GAP = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_HEREDOC = re.compile(r"([^\W\d][\w-]*)[ \t\r]*\n")
_KEYWORDS = frozenset({"if", "in", "for", "else"})


@dataclass(frozen=True)
class Call:
    """A function call.

    Attributes:
        name: Name of the function, with its namespace: `provider::time::rfc3339_parse`.
        literal: The first argument if it is a quoted text, as it is written; else None.
    """

    name: str
    literal: str | None = None


def calls_of_template(text: str) -> list[Call]:
    """Return the calls of a template: a text of the JSON configuration, or the content of a template file."""
    return list(_Scanner(text).template(quoted=False)) if "${" in text or "%{" in text else []


def calls_of_code(text: str) -> list[Call]:
    """Return the calls of HCL."""
    return list(_Scanner(text).code(interpolated=False))


class _Scanner:
    """Separates code from text; follows https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def template(self, *, quoted: bool) -> Iterator[Call]:
        while mark := self._next(_TEMPLATE_MARK):
            if mark in ("${", "%{"):
                yield from self.code(interpolated=True)
            elif quoted and mark == "\\":
                self._at += 1
            elif quoted and mark == '"':
                return

    def code(self, *, interpolated: bool) -> Iterator[Call]:
        depth = 0
        while mark := self._next(_CODE_MARK):
            if mark == '"':
                yield from self.template(quoted=True)
            elif mark in ("#", "//"):
                self._skip_to("\n")
            elif mark == "/*":
                self._skip_to("*/")
            elif mark.startswith("<<"):
                yield from self._heredoc()
            elif mark == "{":
                depth += 1
            elif mark == "}":
                depth -= 1
                if interpolated and depth < 0:
                    return
            elif mark not in _KEYWORDS:
                after = self._after_gap(self._at)
                if self._text.startswith("(", after):
                    self._at = after + 1
                    yield Call(re.sub(r"\s", "", mark), self._quoted_argument())

    def _quoted_argument(self) -> str | None:
        """Return the first argument without moving past it."""
        start = self._after_gap(self._at)
        if not self._text.startswith('"', start):
            return None
        ahead = _Scanner(self._text)
        ahead._at = start + 1
        for _ in ahead.template(quoted=True):
            return None
        end = ahead._after_gap(ahead._at)
        return self._text[start + 1 : ahead._at - 1] if self._text[end : end + 1] in (",", ")") else None

    def _heredoc(self) -> Iterator[Call]:
        begin = _HEREDOC.match(self._text, self._at)
        if begin is None:
            return
        end = re.compile(rf"^[ \t]*{re.escape(begin[1])}[ \t\r]*$", re.MULTILINE).search(self._text, begin.end())
        body = self._text[begin.end() : end.start() if end else len(self._text)]
        yield from _Scanner(body).template(quoted=False)
        self._at = end.end() if end else len(self._text)

    def _next(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self._text, self._at)
        self._at = found.end() if found else len(self._text)
        return found[0] if found else ""

    def _skip_to(self, end: str) -> None:
        found = self._text.find(end, self._at)
        self._at = len(self._text) if found < 0 else found + len(end)

    def _after_gap(self, start: int) -> int:
        gap = _GAP.match(self._text, start)
        return gap.end() if gap else start
