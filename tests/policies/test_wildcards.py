"""Patterns with wildcards: every answer against an enumeration of texts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_policies import wildcards

ALPHABET = "ab"
PATTERN = st.text("ab*?", max_size=5)
# Long enough for a difference between two patterns of five characters over two letters and one other.
TEXTS = ["".join(letters) for length in range(8) for letters in product("abc", repeat=length)]


def brute_force(pattern: str, text: str) -> bool:
    """The definition: ``*`` is any number of characters, ``?`` is one."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(brute_force(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and brute_force(pattern[1:], text[1:])


@settings(max_examples=60, deadline=None)
@given(st.lists(PATTERN, min_size=1, max_size=2), st.lists(PATTERN, max_size=2))
def test_witness_agrees_with_the_enumeration(positive: list[str], negative: list[str]) -> None:
    def holds(text: str) -> bool:
        return all(brute_force(p, text) for p in positive) and not any(brute_force(p, text) for p in negative)

    found = wildcards.witness(positive, negative)
    assert (found is not None) == any(map(holds, TEXTS))
    assert found is None or holds(found)


@settings(max_examples=300, deadline=None)
@given(PATTERN, st.text("abc", max_size=6))
def test_matches_agrees_with_the_definition(pattern: str, text: str) -> None:
    assert wildcards.matches(pattern, text) is brute_force(pattern, text)


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        (["arn:aws:iam::*"], "arn:aws:iam::111122223333:root", True),
        (["bucket/*"], "bucket/tmp/*", True),
        (["bucket/tmp/*"], "bucket/*", False),
        (["a", "a?*"], "a*", True),
        (["[ab]"], "a", False),
        ([], "a", False),
        (["*"], "?*", True),
    ],
)
def test_includes(wider: list[str], narrower: str, expected: bool) -> None:
    assert wildcards.includes(wider, narrower) is expected


def test_brackets_are_ordinary_characters() -> None:
    assert wildcards.matches("[ab]*", "[ab]c")
    assert not wildcards.matches("[ab]*", "ac")
