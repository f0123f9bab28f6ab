"""The texts of an expression that can be its value: of its branches, not of its conditions, filters and keys.

``var.mode == "full" ? aws_s3_bucket.b.id : "acme-logs"`` can be ``acme-logs``, never ``full``.
Grammar: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lakekit_policies.terraform import hcl_expressions

_TOKEN: Final = re.compile(
    r"\s+|(?P<comment>#|//|/\*)|\"(?P<text>(?:[^\"\\]|\\.)*)\"|(?P<word>[A-Za-z_][\w-]*)|\d[\w.]*"
    r"|(?P<sign>==|!=|<=|>=|=>|&&|\|\||::|\.\.\.|[^\s\w\"])",
    re.DOTALL,
)
_QUOTED: Final = re.compile(r"\"(?=([^\"]*)\")")
"""What stands between two quotation marks, whichever of them begin a text."""
_CLOSING: Final = {"(": ")", "[": "]"}
_LOGICAL: Final = frozenset({"==", "!=", "<=", ">=", "<", ">", "&&", "||", "!"})
_NO_TEXT: Final = frozenset(
    {"alltrue", "anytrue", "can", "contains", "endswith", "index", "length", "startswith", "tobool", "tonumber"}
)
"""Functions that give a boolean or a number."""
_PASSED: Final = {
    "element": slice(0, 1),
    "split": slice(1, None),
    "trim": slice(0, 1),
    "trimprefix": slice(0, 1),
    "trimsuffix": slice(0, 1),
}
"""Functions of which only these arguments can be part of the value."""


class _UnclearError(ValueError):
    """The expression is not of the grammar that is read here."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str


@dataclass(frozen=True, slots=True)
class _Group:
    opening: str
    parts: tuple[_Part, ...]
    is_index: bool


_Part = str | _Text | _Group


def value_literals(text: str) -> list[str]:
    """The texts that are written in an expression and can be its value, or a part of it; templates are none.

    All texts of the expression, if it has comments or is not understood.
    """
    interpolation = text.strip()
    if not interpolation.startswith("${"):
        return []
    try:
        expression = hcl_expressions.whole(interpolation)
        found = _QUOTED.findall(interpolation) if expression is None else list(_value(_parts(expression)))
    except (_UnclearError, RecursionError):
        found = _QUOTED.findall(interpolation)
    return [hcl_expressions.unescape(one) for one in found if "${" not in one]


def _parts(expression: str) -> tuple[_Part, ...]:
    """Words, signs, texts and groups in brackets."""
    open_: list[tuple[str, bool]] = []
    levels: list[list[_Part]] = [[]]
    position = 0
    while position < len(expression):
        match = _TOKEN.match(expression, position)
        if match is None or match["comment"] or match["sign"] in ("{", "}"):
            raise _UnclearError(expression)
        position = match.end()
        if match["sign"] in _CLOSING:
            open_.append((match["sign"], match["sign"] == "[" and _is_operand(levels[-1])))
            levels.append([])
        elif match["sign"] in _CLOSING.values():
            if not open_ or _CLOSING[open_[-1][0]] != match["sign"]:
                raise _UnclearError(expression)
            opening, is_index = open_.pop()
            parts = tuple(levels.pop())
            levels[-1].append(_Group(opening, parts, is_index))
        elif match["text"] is not None:
            levels[-1].append(_Text(match["text"]))
        elif not match[0].isspace():
            levels[-1].append(match[0])
    if open_:
        raise _UnclearError(expression)
    return tuple(levels[0])


def _is_operand(before: Sequence[_Part]) -> bool:
    """Whether brackets after these parts are an index: those after a keyword or a sign are a list."""
    last = before[-1] if before else None
    if isinstance(last, str):
        is_word = re.fullmatch(r"\w[\w.-]*|\*", last) is not None
        return is_word and (last not in ("in", "if") or before[-2:-1] == ["."])
    return last is not None


def _value(parts: Sequence[_Part]) -> Iterator[str]:
    if "?" in parts:
        yield from (one for branch in _branches(parts) for one in _value(branch))
        return
    if _LOGICAL & {one for one in parts if isinstance(one, str)}:
        return
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else ""
        if isinstance(part, _Text):
            yield part.text
        elif isinstance(part, _Group) and not part.is_index:
            if part.opening == "[" and part.parts[:1] == ("for",):
                yield from _for(part.parts)
                continue
            name = before if part.opening == "(" and isinstance(before, str) else ""
            yield from (one for item in _passed(name, _split(part.parts)) for one in _value(item))


def _branches(parts: Sequence[_Part]) -> tuple[Sequence[_Part], Sequence[_Part]]:
    """Both values of ``condition ? one : other``."""
    first = parts.index("?") + 1
    middle = _colon(parts, first)
    return parts[first:middle], parts[middle + 1 :]


def _colon(parts: Sequence[_Part], start: int) -> int:
    """Position of the next ``:`` that belongs to no condition."""
    conditions = 0
    for position in range(start, len(parts)):
        if parts[position] == ":":
            if conditions == 0:
                return position
            conditions -= 1
        conditions += parts[position] == "?"
    raise _UnclearError


def _for(parts: Sequence[_Part]) -> Iterator[str]:
    """Texts of ``for name in collection : value if condition``; of the collection, if the value has its elements."""
    if "in" not in parts:
        raise _UnclearError
    start, middle = parts.index("in"), _colon(parts, parts.index("in") + 1)
    names, body = {one for one in parts[1:start] if isinstance(one, str)}, list(parts[middle + 1 :])
    if not names or names & {"in", "if", "for"}:
        raise _UnclearError
    filters = [at for at, one in enumerate(body) if one == "if" and body[at - 1 : at] != ["."]]
    value = body[: filters[0]] if filters else body
    if names & set(_words(value)):
        yield from _value(parts[start + 1 : middle])
    yield from _value(value)


def _words(parts: Sequence[_Part]) -> Iterator[str]:
    """Words outside of indexes, which choose a value and are no part of it."""
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, _Group) and not part.is_index:
            yield from _words(part.parts)


def _split(parts: Sequence[_Part]) -> list[list[_Part]]:
    found: list[list[_Part]] = [[]]
    for part in parts:
        if part == ",":
            found.append([])
        else:
            found[-1].append(part)
    return found


def _passed(name: str, arguments: list[list[_Part]]) -> list[list[_Part]]:
    """The arguments of a function that can be its value, or a part of it; those of an unknown one are all."""
    if name in _NO_TEXT:
        return []
    if name == "lookup":
        return arguments[:1] + arguments[2:]
    return arguments[_PASSED[name]] if name in _PASSED else arguments
