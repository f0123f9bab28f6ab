"""Patterns of waivers: which constructs and addresses they match, and when they are too broad."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_WILD: Final = re.compile(r"\*\*|\*|\?")
_LETTERS: Final = re.compile(r"[A-Za-z0-9]")
# A pattern with fewer literal characters of a name than this is too broad.
_MIN_LETTERS: Final = 3


def has_wildcard(pattern: str) -> bool:
    """Whether a pattern has a wildcard."""
    return bool(_WILD.search(pattern))


def covers_path(pattern: str, path: str) -> bool:
    """Whether a construct path matches the pattern, or is below a match.

    ``*`` matches any part of one name, ``**`` for any number of names, ``?`` for one character.
    """
    return bool(_path(pattern).fullmatch(path))


def covers_address(pattern: str, address: str) -> bool:
    """Whether a Terraform address matches the pattern, or is an instance of a match (``[0]``, ``["raw"]``)."""
    return bool(_address(pattern).fullmatch(address))


def covers_stack(pattern: str, stack: str) -> bool:
    """Whether a path pattern can match in a stack."""
    first = pattern.partition("/")[0]
    return "**" in first or covers_path(first, stack)


def too_broad_path(pattern: str, environment: str) -> str:
    """Why a construct path is too broad; empty when it is not.

    Its first name has to identify the stack: ``*``, ``prod-*`` and ``**`` would also waive future stacks.
    """
    first = pattern.partition("/")[0]
    named = _WILD.sub("", first.removeprefix(f"{environment}-") if environment else first)
    if not has_wildcard(first) or len(_LETTERS.findall(named)) >= _MIN_LETTERS:
        return ""
    return f"{first!r} does not identify a stack"


def too_broad_address(pattern: str) -> str:
    """Why an address is too broad; empty when it is not. It needs a type and a name."""
    last = re.sub(r"\[[^\]]*\]$", "", pattern)
    kind, _, name = last.rpartition(".")
    if has_wildcard(kind.rpartition(".")[2]):
        return "its resource type has a wildcard"
    if has_wildcard(name) and len(_LETTERS.findall(_WILD.sub("", name))) < _MIN_LETTERS:
        return f"{name!r} does not identify a resource"
    return ""


@lru_cache(maxsize=1024)
def _path(pattern: str) -> re.Pattern[str]:
    names = pattern.strip("/").split("/")
    parts = []
    for number, name in enumerate(names):
        if name == "**":
            # "any number of names" includes zero, so the slash is part of the pattern.
            parts.append("(?:/[^/]+)*" if number else "[^/]+(?:/[^/]+)*")
        else:
            parts.append(("/" if number else "") + _text(name, "[^/]*"))
    return re.compile("".join(parts) + "(?:/.*)?", re.DOTALL)


@lru_cache(maxsize=1024)
def _address(pattern: str) -> re.Pattern[str]:
    return re.compile(_text(pattern, ".*") + r"(?:\[.*\])?", re.DOTALL)


def _text(pattern: str, star: str) -> str:
    made, at = [], 0
    for match in _WILD.finditer(pattern):
        made.append(re.escape(pattern[at : match.start()]))
        made.append("[^/]" if match.group() == "?" else star)
        at = match.end()
    return "".join([*made, re.escape(pattern[at:])])
