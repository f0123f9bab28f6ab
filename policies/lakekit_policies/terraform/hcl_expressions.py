"""Terraform expressions inside JSON strings: references and the argument of ``jsonencode``."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, Final

_WHOLE = re.compile(r"\$\{(?P<expression>(?:[^\"{}]|\"(?:[^\"\\]|\\.)*\"|\{[^{}]*\})*)\}", re.DOTALL)
_TRAVERSAL = re.compile(
    r"(?<![\w.\"$])(?:data\.)?[a-zA-Z][\w-]*\.[a-zA-Z_][\w-]*(?:\[[^\]]*\]|\.[a-zA-Z_][\w-]*|\.\*)*"
)
BEGINNING: Final = re.compile(r"(?<!\$)\$\{")
"""Beginning of an interpolation."""
_STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_INTERPOLATION = re.compile(r"(?<!\$)\$\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\}")
INSTANCE_KEY: Final = r"\[(?:\"(?:[^\"\\]|\\.)*\"|[^\]\"]*)\]"
"""Pattern of the key of an instance, which can contain brackets: ``["a]"]``, ``[0]``."""
_INSTANCE_KEY = re.compile(INSTANCE_KEY)
_INDEX = re.compile(r"\[[^\]]*\]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_BARE_KEY = re.compile(r"[A-Za-z_][\w-]*")
_LITERALS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_JSONENCODE: Final = "jsonencode("
ONE_OF: Final = "${one of "
"""Beginning of the text in place of a value that refers to one of several resources."""


class NotLiteralError(ValueError):
    """The expression cannot be evaluated without Terraform."""


def whole(text: str) -> str | None:
    """The expression of a string that is one interpolation; else None."""
    if not text.startswith("${"):
        return None
    if text.startswith("${" + _JSONENCODE) and text.endswith(")}"):
        return text[2:-1]
    match = _WHOLE.fullmatch(text)
    if match:
        return match["expression"].strip()
    return text[2:-1].strip() if _interpolation_end(text) == len(text) else None


def interpolations(text: str) -> list[str]:
    """The expressions of a template, with the templates that they contain; the rest of one without an end."""
    found, at = list[str](), 0
    while start := BEGINNING.search(text, at):
        end = _interpolation_end(text, start.start())
        at = end or len(text)
        found.append(text[start.end() : at - 1 if end else at].strip())
    return found


def _interpolation_end(text: str, start: int = 0) -> int:
    """Position after the interpolation that begins at a position of a text; 0 if it does not end."""
    open_, at = ["${"], start + 2
    while at < len(text) and open_:
        char = text[at]
        if open_[-1] == '"':
            if char == "\\" or text.startswith(("$${", "%%{"), at):
                at += 1 if char == "\\" else 2
            elif text.startswith(("${", "%{"), at):
                open_.append("${")
                at += 1
            elif char == '"':
                open_.pop()
        elif char in '{"':
            open_.append(char)
        elif char == "}":
            open_.pop()
        at += 1
    return 0 if open_ else at


def is_traversal(expression: str) -> bool:
    """Whether an expression is a plain reference (``aws_s3_bucket.raw.id``)."""
    return _TRAVERSAL.fullmatch(expression) is not None


def references(text: str, known: Collection[str]) -> list[str]:
    """References of a template in the order of a plan: the attribute first, then its resource.

    Only addresses in ``known`` count, so that file names and host names are not taken for references.
    """
    found: list[str] = []
    for expression in _INTERPOLATION.findall(text) if whole(text) is None else [whole(text) or ""]:
        # Templates inside strings can contain references; other strings cannot.
        for part in [_STRING.sub('""', expression), *_INTERPOLATION.findall(expression)]:
            for traversal in _TRAVERSAL.findall(part):
                steps = _INDEX.sub("", traversal).split(".")
                resource = ".".join(steps[: 3 if steps[0] == "data" else 2])
                if resource in known:
                    found += [".".join(steps), resource]
    return list(dict.fromkeys(found))


def one_of(targets: Collection[str]) -> str:
    """Text in place of a value that refers to one of these resources."""
    return ONE_OF + ", ".join(targets) + "}"


def without_indexes(address: str) -> str:
    """An address or reference without the keys of instances: ``module.a.aws_s3_bucket.zone``."""
    return _INSTANCE_KEY.sub("", address)


def unescape(text: str) -> str:
    """``$${`` and ``%%{`` are Terraform's escapes of a literal ``${`` and ``%{``."""
    return text.replace("$${", "${").replace("%%{", "%{")


def json_of_jsonencode(expression: str) -> str:
    """The JSON text that ``jsonencode(…)`` gives, references kept as ``${…}`` strings.

    Raises:
        NotLiteralError: the argument is not a literal object or list.
    """
    if not (expression.startswith(_JSONENCODE) and expression.endswith(")")):
        raise NotLiteralError(expression)
    reader = _Reader(expression[len(_JSONENCODE) : -1])
    value = reader.value()
    reader.end()
    if not isinstance(value, dict | list):
        raise NotLiteralError(expression)
    return json.dumps(value)


class _Reader:
    """A recursive-descent reader of HCL's literal subset."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def value(self) -> Any:
        char = self._peek()
        if char == "{":
            return self._object()
        if char == "[":
            return self._list()
        start = self._at
        self._expression()
        return self._scalar(self._text[start : self._at].strip())

    def _scalar(self, raw: str) -> Any:
        if not raw:
            raise NotLiteralError(self._text)
        if _STRING.fullmatch(raw):
            return self._string(raw)
        if raw in _LITERALS:
            return _LITERALS[raw]
        return json.loads(raw) if _NUMBER.fullmatch(raw) else "${" + raw + "}"

    @staticmethod
    def _string(raw: str) -> str:
        try:
            # HCL's escapes are JSON's; a template keeps its ${…}.
            return unescape(json.loads(raw, strict=False))
        except json.JSONDecodeError:
            return unescape(raw[1:-1])

    def end(self) -> None:
        if self._peek():
            raise NotLiteralError(self._text)

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self._take("{")
        while self._peek() != "}":
            key = self._key()
            if self._peek() not in ("=", ":"):
                raise NotLiteralError(self._text)
            self._at += 1
            found[key] = self.value()
            if self._peek() == ",":
                self._at += 1
        self._take("}")
        return found

    def _list(self) -> list[Any]:
        found = []
        self._take("[")
        while self._peek() != "]":
            found.append(self.value())
            if self._peek() == ",":
                self._at += 1
            elif self._peek() != "]":
                raise NotLiteralError(self._text)
        self._take("]")
        return found

    def _key(self) -> str:
        for pattern in (_STRING, _BARE_KEY):
            if match := pattern.match(self._text, self._at):
                self._at = match.end()
                return self._string(match[0]) if pattern is _STRING else match[0]
        raise NotLiteralError(self._text)

    def _expression(self) -> None:
        """Move past one expression: up to a comma, bracket or line end outside of any bracket."""
        depth = 0
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == '"':
                match = _STRING.match(self._text, self._at)
                if match is None:
                    raise NotLiteralError(self._text)
                self._at = match.end()
                continue
            if depth == 0 and char in ",]}\n":
                return
            depth += (char in "([{") - (char in ")]}")
            self._at += 1

    def _peek(self) -> str:
        while self._at < len(self._text) and self._text[self._at].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _take(self, char: str) -> None:
        if self._peek() != char:
            raise NotLiteralError(self._text)
        self._at += 1
