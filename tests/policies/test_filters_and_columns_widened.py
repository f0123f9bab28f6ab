"""Widening of row filters and column selections of Lake Formation against brute force over small universes."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import chain, combinations, product
from typing import Any

import pytest

from lakekit_policies.plan_rules._column_widening import columns_widened
from lakekit_policies.plan_rules._value_widening import filter_widened
from nonempty import nonempty

Value = float | str | None
Row = dict[str, Value]
Test = Callable[[Row], bool | None]

NUMBERS: list[Value] = [None, "", 0, 1, 1.5, 2, 2.5, 3, 4]
"""The type of a column is not known: an empty text is comparable with no number."""
TEXTS: list[Value] = [None, "", *("".join(one) for size in (1, 2, 3) for one in product("abz", repeat=size))]
ROWS: list[Row] = [{"n": number, "t": text} for number in NUMBERS for text in TEXTS]


def comparison(source: random.Random) -> tuple[str, Test]:
    """A comparison as PartiQL and as a function of a row."""
    if source.random() < 0.5:
        low, high = sorted(source.sample([1, 2, 3], 2))
        return source.choice(
            [
                (f"n > {low}", lambda row: _number(row, lambda n: n > low)),
                (f"n >= {low}", lambda row: _number(row, lambda n: n >= low)),
                (f"n < {low}", lambda row: _number(row, lambda n: n < low)),
                (f"n <> {low}", lambda row: _number(row, lambda n: n != low)),
                (f"n BETWEEN {low} AND {high}", lambda row: _number(row, lambda n: low <= n <= high)),
                (f"n IN ({low}, {high})", lambda row: _number(row, lambda n: n in (low, high))),
                ("n IS NULL", lambda row: row["n"] is None),
            ]
        )
    text, other = source.sample(["a", "b", "ab"], 2)
    pattern = source.choice(["a%", "ab%", "%b", "_", "a_", "%"])
    regex = re.compile(pattern.replace("%", ".*").replace("_", "."))
    return source.choice(
        [
            (f"t = '{text}'", lambda row: _text(row, lambda t: t == text)),
            (f"t <> '{text}'", lambda row: _text(row, lambda t: t != text)),
            (f"t IN ('{text}', '{other}')", lambda row: _text(row, lambda t: t in (text, other))),
            (f"t LIKE '{pattern}'", lambda row: _text(row, lambda t: bool(regex.fullmatch(t)))),
            ("t IS NOT NULL", lambda row: row["t"] is not None),
        ]
    )


def _number(row: Row, test: Callable[[Any], bool]) -> bool | None:
    return None if row["n"] in (None, "") else test(row["n"])


def _text(row: Row, test: Callable[[Any], bool]) -> bool | None:
    return None if row["t"] is None else test(row["t"])


def condition(source: random.Random, depth: int = 2) -> tuple[str, Test]:
    kind = source.choice(["comparison", "and", "or", "not"]) if depth else "comparison"
    if kind == "comparison":
        return comparison(source)
    text, test = condition(source, depth - 1)
    if kind == "not":
        return f"NOT ({text})", lambda row: None if (found := test(row)) is None else not found
    more, second = condition(source, depth - 1)
    decisive = kind == "or"

    def both(row: Row) -> bool | None:
        results = (test(row), second(row))
        return decisive if decisive in results else None if None in results else not decisive

    return f"({text}) {kind.upper()} ({more})", both


@pytest.mark.parametrize("seed", range(8))
def test_row_filters_widen_if_a_row_is_added(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(60):
        (before, had), (after, has) = condition(source), condition(source)
        gained = [row for row in ROWS if has(row) is True and had(row) is not True]
        assert filter_widened(before, after) == bool(gained), (before, after, gained[:1])
        assert not filter_widened(before, before)
        assert not filter_widened("", after), after
        assert filter_widened(after, "") == any(has(row) is not True for row in ROWS), after


def test_the_first_filter_of_a_table_narrows() -> None:
    assert not filter_widened("", "region = 'EU'")
    assert not filter_widened("true", "region = 'EU'")
    assert filter_widened("region = 'EU'", "true")


def test_dates_are_compared_with_each_other_only() -> None:
    first, second = "day >= DATE '2026-01-01'", "day >= DATE '2026-02-01'"
    assert not filter_widened(first, second)
    assert filter_widened(second, first)
    assert filter_widened(first, f"{second} OR day = '2025-01-01'")


NAMES = ("a", "b", "c")
UNIVERSE = frozenset((*NAMES, "added later"))


def _subsets() -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(NAMES, size) for size in range(len(NAMES) + 1))


SELECTIONS: list[tuple[dict[str, Any], frozenset[str]]] = [
    *(({"column_names": list(some)}, frozenset(some)) for some in _subsets() if some),
    *(
        ({"column_wildcard": [{"excluded_column_names": list(some)}]}, UNIVERSE - frozenset(some))
        for some in _subsets()
    ),
    *(({"wildcard": True, "excluded_column_names": list(some)}, UNIVERSE - frozenset(some)) for some in _subsets()),
]


def test_column_selections_widen_if_a_column_is_added() -> None:
    for (before, had), (after, has) in nonempty(product(SELECTIONS, repeat=2)):
        assert columns_widened([before], [after]) == (not has <= had), (before, after)


def test_a_nested_field_is_part_of_its_column() -> None:
    whole, field = {"column_names": ["Customer"]}, {"column_names": ["customer.id"]}
    without_field = {"column_wildcard": [{"excluded_column_names": ["customer.id"]}]}
    assert not columns_widened([whole], [field])
    assert columns_widened([field], [whole])
    assert columns_widened([without_field], [whole])
    assert not columns_widened([without_field], [{"column_names": ["customer.name"]}])


def test_columns_that_are_not_known_before_apply_can_be_any_column() -> None:
    assert columns_widened([{"column_names": ["a"]}], [{}], [{"column_names": True}])
    assert columns_widened([{"wildcard": True, "excluded_column_names": ["a"]}], [{"wildcard": True}])
    every = {"column_wildcard": [{}]}
    assert not columns_widened([every], [{}], [{"column_names": True}])


def test_names_that_the_provider_computes_beside_a_wildcard_are_no_selection() -> None:
    """Every update of a data cells filter with a wildcard has unknown `column_names` (provider 5.100)."""
    computed = {"column_names": True, "column_wildcard": [{"excluded_column_names": [False]}]}

    def wildcard(*excluded: str) -> list[Any]:
        return [{"column_names": [], "column_wildcard": [{"excluded_column_names": list(excluded)}]}]

    assert not columns_widened(wildcard("email"), wildcard("email"), [computed])
    assert not columns_widened(wildcard("email"), wildcard("email", "iban"), [computed])
    assert columns_widened(wildcard("email", "iban"), wildcard("email"), [computed])
    unknown = {"column_names": True, "column_wildcard": [{"excluded_column_names": True}]}
    assert columns_widened(wildcard("email"), [{"column_wildcard": [{}]}], [unknown])
