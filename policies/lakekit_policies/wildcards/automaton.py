"""Patterns as automata: inclusion, intersection and difference are decided exactly, not by examples.

``*`` matches any number of characters and ``?`` one character; brackets are ordinary characters, as in IAM
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html). A pattern of length *n*
is an automaton with *n + 1* states, held as the bits of one integer.

Two more wildcards exist for ARNs, whose components are matched one by one: :func:`arn_pattern` turns ``*`` and ``?`` of
the first five components into wildcards that do not match a colon. :func:`literal` makes a text match only itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from lakekit_policies.wildcards import effort

_SEGMENT_STAR, _SEGMENT_ONE = "\ue100", "\ue101"
COMPONENT: Final = _SEGMENT_STAR
"""Pattern of any text without a colon."""
_LITERAL_STAR, _LITERAL_QUESTION = "\ue102", "\ue103"
_END: Final = "\ue104"
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


def beginning(pattern: str) -> str:
    """The text before the first wildcard, with a mark behind it if there is none.

    Two patterns can match the same text only if the beginning of one continues that of the other.
    """
    return _compiled(pattern).beginning


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern matches a text."""
    automaton = _compiled(pattern)
    if len(automaton.prefix) == len(pattern):
        return pattern == text
    if not text.startswith(automaton.prefix):
        return False
    states = automaton.start
    for character in text:
        states = automaton.step(states, character)
        if not states or automaton.accepts_all(states):
            break
    return automaton.accepts(states)


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
    """A text that all patterns of the first group match and none of the second; None if there is none.

    Raises:
        TooComplexError: see ``effort``.
    """
    return _witness(tuple(sorted(set(all_of))), tuple(sorted(set(none_of))))


@lru_cache(maxsize=65_536)
def _witness(positive: tuple[str, ...], negative: tuple[str, ...]) -> str | None:
    if not any(_WILDCARDS & set(pattern) for pattern in positive) and positive:
        # Literal texts: at most one candidate.
        text = positive[0]
        if all(text == other for other in positive) and not any(matches(pattern, text) for pattern in negative):
            return text
        return None
    patterns = tuple(map(_compiled, positive + negative))
    count = len(positive)
    longest = max((one.beginning for one in patterns[:count]), key=len, default="")
    if not all(longest.startswith(one.beginning) for one in patterns[:count]):
        return None
    other = _other(positive + negative)
    start = tuple(one.start for one in patterns)
    seen = {start}
    queue: deque[tuple[tuple[int, ...], str]] = deque([(start, "")])
    while queue:
        states, text = queue.popleft()
        accepted = [bits >> one.length & 1 for one, bits in zip(patterns, states, strict=True)]
        if all(accepted[:count]) and not any(accepted[count:]):
            return text
        if any(one.accepts_all(bits) for one, bits in zip(patterns[count:], states[count:], strict=True)):
            continue
        # Every other character leads to the same states as `other`.
        named = {":"}.union(*(one.characters(bits) for one, bits in zip(patterns, states, strict=True)))
        effort.spend(len(patterns) * (len(named) + 1))
        for character in (other, *sorted(named)):
            following = tuple(one.step(bits, character) for one, bits in zip(patterns, states, strict=True))
            if all(following[:count]) and following not in seen:
                seen.add(following)
                queue.append((following, text + character))
    return None


def _other(patterns: tuple[str, ...]) -> str:
    """A character that no pattern names."""
    named = {":"}.union(*patterns)
    for mark in named & _FOLDED.keys():
        named |= {_FOLDED[mark], _FOLDED[mark].upper()}
    named -= _WILDCARDS
    candidates: tuple[str, ...] = (*_OTHER_CANDIDATES, *(chr(code) for code in range(0xE000, 0xE000 + len(named) + 1)))
    return next(one for one in candidates if one not in named)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A pattern as an automaton; sets of states are the bits of an integer.

    Attributes:
        length: number of characters of the pattern, which is the number of the accepting state.
        prefix: the text before the first wildcard.
        start: the states before the first character.
        stars: bits of the positions with ``*``.
        segment_stars: bits of the positions with ``*`` of one ARN component.
        ones: bits of the positions with ``?``.
        segment_ones: bits of the positions with ``?`` of one ARN component.
        literals: bits of the positions of each literal character.
        named: the literal characters at each position.
    """

    length: int
    prefix: str
    start: int
    stars: int
    segment_stars: int
    ones: int
    segment_ones: int
    literals: Mapping[str, int]
    named: tuple[tuple[str, ...], ...]

    @property
    def beginning(self) -> str:
        """The text before the first wildcard, with a mark behind it if there is none."""
        return self.prefix if len(self.prefix) < self.length else self.prefix + _END

    def step(self, states: int, character: str) -> int:
        """The states after one more character."""
        kept, moved = states & self.stars, states & (self.ones | self.literals.get(character, 0))
        if character != ":":
            kept |= states & self.segment_stars
            moved |= states & self.segment_ones
        return _closed(kept | moved << 1, self.stars | self.segment_stars)

    def characters(self, states: int) -> Iterator[str]:
        """The literal characters that lead on from these states."""
        while states:
            lowest = states & -states
            yield from self.named[lowest.bit_length() - 1]
            states ^= lowest

    def accepts(self, states: int) -> bool:
        """Whether the text up to here matches."""
        return bool(states >> self.length & 1)

    def accepts_all(self, states: int) -> bool:
        """Whether the text up to here matches, and every text that continues it."""
        return bool(self.length and states & self.stars & 1 << self.length - 1)


@lru_cache(maxsize=65_536)
def _compiled(pattern: str) -> _Compiled:
    bits: dict[str, int] = {}
    named: list[tuple[str, ...]] = []
    for position, character in enumerate(pattern):
        letter = _FOLDED.get(character)
        characters = (character,) if letter is None else (letter, letter.upper())
        for one in characters:
            bits[one] = bits.get(one, 0) | 1 << position
        named.append(() if character in _WILDCARDS and letter is None else characters)
    stars, segment_stars, ones, segment_ones = (
        bits.pop(wildcard, 0) for wildcard in ("*", _SEGMENT_STAR, "?", _SEGMENT_ONE)
    )
    first = next((at for at, character in enumerate(pattern) if character in _WILDCARDS), len(pattern))
    start = _closed(1, stars | segment_stars)
    return _Compiled(len(pattern), pattern[:first], start, stars, segment_stars, ones, segment_ones, bits, (*named, ()))


def _closed(states: int, stars: int) -> int:
    """States with those reached by an empty ``*``."""
    while (more := states | ((states & stars) << 1)) != states:
        states = more
    return states
