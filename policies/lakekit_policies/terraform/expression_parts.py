"""The expressions that an expression of Terraform consists of, and the references that it gives unchanged.

Grammar: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from lakekit_policies.terraform import hcl_expressions

_CHOOSING: Final = frozenset(
    {
        *(
            "alltrue",
            "coalesce",
            "coalescelist",
            "compact",
            "concat",
            "distinct",
            "element",
            "flatten",
            "join",
            "lookup",
        ),
        *("merge", "nonsensitive", "one", "reverse", "sensitive", "slice", "sort", "tolist", "tomap"),
        *("toset", "tostring", "try", "values", "zipmap"),
    }
)
"""Functions that give their arguments, or some of them, unchanged."""
_CHANGING: Final = frozenset(
    {
        *("base64encode", "chomp", "lower", "replace", "strrev", "substr", "title", "trim", "trimprefix", "trimspace"),
        *("trimsuffix", "upper"),
    }
)
"""Functions that give their first argument changed."""
_STRING: Final = re.compile(r'"((?:[^"\\$%]|\\.|\$(?!\{)|%(?!\{))*)"')
_CALL: Final = re.compile(r"([a-z_0-9]+)\((.*)\)", re.DOTALL)
_FOR: Final = re.compile(
    r"for\s+(?:(\w+)\s*,\s*)?\w+\s+in\s+(\S(?:.*?\S)??)\s*:\s*(?:[^:\s][^:]*=>\s*)?(\w+)((?:\.[\w-]+|\[[^\]]*\])*)",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+[.\[]")
_NUMBER: Final = re.compile(r"-?\d+")
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


def is_identity(expression: str) -> bool:
    """Whether an expression can only give references, or empty values."""
    return sources(expression) is not None


def sources(expression: str) -> list[str] | None:
    """The references that an expression gives unchanged; None if it can give another value."""
    text = expression.strip()
    if text in ("null", '""', "[]", "{}") or _NUMBER.fullmatch(text):
        return []
    if hcl_expressions.is_traversal(text):
        return [text]
    found: list[str] = []
    parts = _parts(text)
    for part in parts:
        given = sources(part)
        if given is None:
            return None
        found += given
    return found if parts else None


def locals_of(expression: str) -> list[str]:
    """The local values that an expression gives; none if it can give more than these and attributes of resources."""
    given = sources(expression) or []
    local = [one for one in given if one.startswith("local.")]
    return local if all(one in local or _ATTRIBUTE.match(one) for one in given) else []


def literals(expression: str) -> Iterator[str]:
    """The texts and JSON documents written in an expression that it can give: not those of conditions and keys.

    A text that becomes a part of another one (``join``, ``format``) counts from eight characters on: shorter ones are
    prefixes and separators.
    """
    text = expression.strip()
    if (written := _STRING.fullmatch(text)) is not None:
        yield written[1]
        return
    name, given = call(text) or ("", [])
    if name == "jsonencode":
        with suppress(hcl_expressions.NotLiteralError):
            yield hcl_expressions.json_of_jsonencode(text)
        return
    parts = given[:1] if name in _CHANGING else given[1:] if name in ("format", "join") else _parts(text)
    found = (one for part in parts for one in literals(part))
    yield from (one for one in found if name not in ("format", "join") or len(one) >= 8)


def branches(text: str) -> list[str] | None:
    """Both expressions of a condition, empty if one is missing; None for another expression."""
    if len(condition := _split(text, "?")) < 2:
        return None
    both = _split("?".join(condition[1:]), ":")
    return [both[0], ":".join(both[1:])] if len(both) > 1 else []


def call(text: str) -> tuple[str, list[str]] | None:
    """Name and arguments of a call; None for another expression."""
    found = _CALL.fullmatch(text)
    return (found[1], _split(found[2], ",")) if found and _is_enclosed(text[len(found[1]) :]) else None


def _parts(text: str) -> list[str]:
    """The expressions whose values an expression gives unchanged; none if it computes a value."""
    if text.startswith('"') and text.endswith('"') and len(_split(text, ",")) == 1:
        inner = hcl_expressions.whole(text[1:-1])
        return [] if inner is None else [inner]
    if (both := branches(text)) is not None:
        return both
    return [base] if (base := _indexed(text)) is not None else _arguments(text)


def _arguments(text: str) -> list[str]:
    """The same for calls, lists, ``for`` expressions and expressions in parentheses."""
    if (called := call(text)) is not None:
        name, given = called
        if name == "lookup":
            del given[1:2]  # the key
        return given if name in _CHOOSING else []
    if text[:1] in ("(", "[") and _is_enclosed(text):
        inner = text[1:-1].strip()
        each = _FOR.fullmatch(inner)
        if each is not None:
            return [each[2]] if each[3] != each[1] else []  # a key is any text
        return _split(inner, ",")
    return []


def _indexed(text: str) -> str | None:
    """What an index or an attribute is taken of: ``one(x)`` for ``one(x)[0].arn``; None without one."""
    if text.endswith("]"):
        start = _opening(text)
        return text[:start].strip() or None if start else None
    match = re.fullmatch(r"(.*[)\]])\s*\.[\w-]+", text, re.DOTALL)
    return match[1] if match else None


def _opening(text: str) -> int:
    """Position of the bracket that the last character closes; 0 if there is none before."""
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] in _CLOSING) - (text[position] in _OPENING)
        if depth == 0:
            return position
    return 0


def _is_enclosed(text: str) -> bool:
    return text[-1:] in _CLOSING and _opening(text) == 0 and text[:1] in _OPENING


def _split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators outside of brackets and strings."""
    parts, depth, start, quoted, position = [], 0, 0, False, 0
    while position < len(text):
        char = text[position]
        if char == "\\" and quoted:
            position += 1
        elif char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char in _OPENING) - (char in _CLOSING)
            if char == separator and depth == 0:
                parts.append(text[start:position])
                start = position + 1
        position += 1
    last = text[start:]
    return [*parts, last] if last.strip() or not parts else parts
