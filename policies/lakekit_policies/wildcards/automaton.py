"""Patterns as automata: inclusion, intersection and difference are decided exactly, not by examples.

``*`` matches any number of characters and ``?`` one character; brackets are ordinary characters, as in IAM
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html). A pattern of length *n*
is an automaton with *n + 1* states, held as the bits of one integer.

Two more wildcards exist for ARNs, whose components are matched one by one: :func:`arn_pattern` turns ``*`` and ``?`` of
the first five components into wildcards that do not match a colon. :func:`literal` makes a text match only itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

_SEGMENT_STAR, _SEGMENT_ONE = "\ue100", "\ue101"
COMPONENT: Final = _SEGMENT_STAR
"""Pattern of any text without a colon."""
_LITERAL_STAR, _LITERAL_QUESTION = "\ue102", "\ue103"
_FOLDED: Final = {chr(0xE400 + ord(letter)): letter for letter in ascii_lowercase}
_FOLD: Final = str.maketrans({case: mark for mark, letter in _FOLDED.items() for case in (letter, letter.upper())})
_WILDCARDS: Final = frozenset(("*", "?", _SEGMENT_STAR, _SEGMENT_ONE, *_FOLDED))
_SHOWN: Final = str.maketrans(
    {_SEGMENT_STAR: "*", _SEGMENT_ONE: "?", _LITERAL_STAR: "*", _LITERAL_QUESTION: "?", **_FOLDED}
)
# Any character that no pattern names behaves like this one.
_OTHER_CANDIDATES: Final = "xyzqjkwv0123456789"


def literal(text: str) -> str:
    """A pattern that matches only this text, wildcards included."""
    return text.replace("*", _LITERAL_STAR).replace("?", _LITERAL_QUESTION)


def folded(text: str) -> str:
    """A pattern that matches only this text, with letters of either case."""
    return literal(text).translate(_FOLD)


def arn_pattern(text: str) -> str:
    """The pattern of an ARN operator: wildcards match inside of one component, except in the last one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    parts = text.split(":", 5)
    if len(parts) < 6:
        return text
    head = [part.replace("*", _SEGMENT_STAR).replace("?", _SEGMENT_ONE) for part in parts[:5]]
    return ":".join([*head, parts[5]])


def shown(pattern: str) -> str:
    """A pattern as it is written in the policy."""
    return pattern.translate(_SHOWN)


def has_wildcards(pattern: str) -> bool:
    """Whether a pattern matches more than one text."""
    return not _WILDCARDS.isdisjoint(pattern)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text."""
    prefix = _compiled(pattern).prefix
    if len(prefix) == len(pattern):
        return pattern == text
    if not text.startswith(prefix):
        return False
    states = _start(pattern)
    for character in text:
        states = _step(pattern, states, character)
        if not states:
            return False
    return _accepts(pattern, states)


def includes(wider: Iterable[str], narrower: str) -> bool:
    """Whether every text that ``narrower`` matches is matched by one of the ``wider`` patterns."""
    patterns = tuple(wider)
    if narrower in patterns or "*" in patterns:
        return True
    return witness([narrower], patterns) is None


def intersects(first: str, second: str) -> bool:
    """Whether there is a text that both patterns match."""
    return witness([first, second], []) is not None


def witness(all_of: Iterable[str], none_of: Iterable[str]) -> str | None:
    """A text that all patterns of the first group match and none of the second; None if there is none."""
    return _witness(tuple(sorted(set(all_of))), tuple(sorted(set(none_of))))


@lru_cache(maxsize=65_536)
def _witness(positive: tuple[str, ...], negative: tuple[str, ...]) -> str | None:
    if not any(_WILDCARDS & set(pattern) for pattern in positive) and positive:
        # Literal texts: at most one candidate.
        text = positive[0]
        if all(text == other for other in positive) and not any(matches(pattern, text) for pattern in negative):
            return text
        return None
    patterns = positive + negative
    alphabet = _alphabet(patterns)
    start = tuple(_start(pattern) for pattern in patterns)
    seen = {start}
    queue: deque[tuple[tuple[int, ...], str]] = deque([(start, "")])
    while queue:
        states, text = queue.popleft()
        if _is_witness(patterns, states, len(positive)):
            return text
        for character in alphabet:
            following = tuple(_step(pattern, bits, character) for pattern, bits in zip(patterns, states, strict=True))
            if all(following[: len(positive)]) and following not in seen:
                seen.add(following)
                queue.append((following, text + character))
    return None


def _is_witness(patterns: tuple[str, ...], states: tuple[int, ...], positive: int) -> bool:
    return all(
        _accepts(pattern, bits) is (index < positive)
        for index, (pattern, bits) in enumerate(zip(patterns, states, strict=True))
    )


def _alphabet(patterns: tuple[str, ...]) -> list[str]:
    named = set().union({":"}, *map(set, patterns))
    for mark in named & _FOLDED.keys():
        named |= {_FOLDED[mark], _FOLDED[mark].upper()}
    named -= _WILDCARDS
    candidates = (*_OTHER_CANDIDATES, *(chr(code) for code in range(0xE000, 0xE000 + len(named) + 1)))
    return [next(one for one in candidates if one not in named), *sorted(named)]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """Bits of the positions of a pattern with each kind of wildcard, and with each literal character.

    ``prefix`` is the text before the first wildcard.
    """

    prefix: str
    stars: int
    segment_stars: int
    ones: int
    segment_ones: int
    literals: Mapping[str, int]


@lru_cache(maxsize=65_536)
def _compiled(pattern: str) -> _Compiled:
    bits: dict[str, int] = {}
    for position, character in enumerate(pattern):
        letter = _FOLDED.get(character)
        for one in (character,) if letter is None else (letter, letter.upper()):
            bits[one] = bits.get(one, 0) | 1 << position
    stars, segment_stars, ones, segment_ones = (
        bits.pop(wildcard, 0) for wildcard in ("*", _SEGMENT_STAR, "?", _SEGMENT_ONE)
    )
    first = next((at for at, character in enumerate(pattern) if character in _WILDCARDS), len(pattern))
    return _Compiled(pattern[:first], stars, segment_stars, ones, segment_ones, bits)


def _closed(states: int, stars: int) -> int:
    """States with those reached by an empty ``*``."""
    while (more := states | ((states & stars) << 1)) != states:
        states = more
    return states


def _start(pattern: str) -> int:
    compiled = _compiled(pattern)
    return _closed(1, compiled.stars | compiled.segment_stars)


def _step(pattern: str, states: int, character: str) -> int:
    compiled = _compiled(pattern)
    kept, moved = states & compiled.stars, states & (compiled.ones | compiled.literals.get(character, 0))
    if character != ":":
        kept |= states & compiled.segment_stars
        moved |= states & compiled.segment_ones
    return _closed(kept | moved << 1, compiled.stars | compiled.segment_stars)


def _accepts(pattern: str, states: int) -> bool:
    return bool(states >> len(pattern) & 1)
