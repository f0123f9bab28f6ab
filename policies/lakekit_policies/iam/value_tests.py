"""Tests of condition operators on one value, and whether a value can pass several of them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain, pairwise, product
from typing import Final

from lakekit_policies import wildcards

Comparison = tuple[str, float]
"""An operator (``eq``, ``lt``, ``le``, ``gt``, ``ge``) and a number."""

STRING: Final = "string"
NUMBER: Final = "number"
ADDRESS: Final = "address"
OPAQUE: Final = "opaque"
"""Values that depend on the request, such as policy variables: the test can pass and fail."""


@dataclass(frozen=True, slots=True)
class ValueTest:
    """Passes values that match one of some values; negated, values that match none."""

    family: str
    values: tuple[str | Comparison, ...]
    negated: bool = False

    def passes(self, value: str) -> bool:
        """Whether one value of a request passes. A value of another type than the test matches none of its values."""
        return _passes(self, value)

    @property
    def inverse(self) -> ValueTest:
        return replace(self, negated=not self.negated)

    @property
    def texts(self) -> tuple[str, ...]:
        """The values of a test on strings or addresses."""
        return tuple(str(value) for value in self.values)


ANY: Final = ValueTest(STRING, ("*",))
"""Passes every value."""
NONE: Final = ANY.inverse
"""Passes no value."""


@lru_cache(maxsize=65_536)
def _passes(test: ValueTest, value: str) -> bool:
    match test.family:
        case "string":
            text = wildcards.literal(value)
            found = any(wildcards.matches(pattern, text) for pattern in test.texts)
        case "number":
            point = number_of(value)
            return _holds(test, point) if point is not None else test.negated
        case "address":
            try:
                address = ipaddress.ip_address(value)
            except ValueError:
                return test.negated
            return _contains(test, address.version, int(address))
        case _:
            found = False  # a policy variable without a value in the request
    return test.negated is not found


def number_of(text: str) -> float | None:
    """A number, or the seconds since 1970 of an ISO 8601 date; None for other texts."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return None


@lru_cache(maxsize=65_536)
def can_pass(tests: frozenset[ValueTest]) -> bool:
    """Whether one value can pass all tests. Tests of different families do not restrict each other."""
    if any(test.inverse in tests for test in tests):
        return False
    return (
        next(_texts(tests), None) is not None
        and _any_number([test for test in tests if test.family == NUMBER])
        and _any_address([test for test in tests if test.family == ADDRESS])
    )


def sample(tests: Iterable[ValueTest]) -> str | None:
    """A text that passes all tests on strings."""
    return next(_texts(frozenset(tests)), None)


def choices(tests: Iterable[ValueTest]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The satisfiable alternatives of tests on strings: patterns that all match, and patterns that do not match."""
    strings = [test for test in tests if test.family == STRING]
    excluded = tuple(dict.fromkeys(chain.from_iterable(test.texts for test in strings if test.negated)))
    clauses = [_widest(test.texts) for test in strings if not test.negated]
    for chosen in product(*clauses):
        if wildcards.witness(chosen, excluded) is not None:
            yield chosen, excluded


def _texts(tests: frozenset[ValueTest]) -> Iterator[str]:
    for chosen, excluded in choices(tests):
        text = wildcards.witness(chosen, excluded)
        if text is not None:
            yield text


@lru_cache(maxsize=65_536)
def _widest(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The patterns without those that another one includes."""
    if len(patterns) > 40:
        return patterns
    return tuple(
        pattern
        for index, pattern in enumerate(patterns)
        if not any(
            wildcards.has_wildcards(other)
            and wildcards.includes([other], pattern)
            and (not wildcards.includes([pattern], other) or before < index)
            for before, other in enumerate(patterns)
            if before != index
        )
    )


def _any_number(tests: list[ValueTest]) -> bool:
    # The answer changes at thresholds only: they, and a point on each side of them, are all there is to try.
    thresholds = sorted({value[1] for test in tests for value in test.values if not isinstance(value, str)})
    points = [0.0, *thresholds, *(one + 0.5 for one in thresholds), *(one - 0.5 for one in thresholds)]
    points += [(low + high) / 2 for low, high in pairwise(thresholds)]
    return not tests or any(all(_holds(test, point) for test in tests) for point in points)


def _holds(test: ValueTest, point: float) -> bool:
    return test.negated is not any(_compares(*value, point) for value in test.values if not isinstance(value, str))


def _compares(operator: str, threshold: float, point: float) -> bool:
    match operator:
        case "eq":
            return point == threshold
        case "lt":
            return point < threshold
        case "le":
            return point <= threshold
        case "gt":
            return point > threshold
        case _:
            return point >= threshold


def _any_address(tests: list[ValueTest]) -> bool:
    # Unions of ranges begin at the first address of a range, or behind the last one.
    networks = [ipaddress.ip_network(text, strict=False) for test in tests for text in test.texts]
    points: set[tuple[int, int]] = {(4, 0), (6, 0)}
    for network in networks:
        first, last = int(network.network_address), int(network.broadcast_address)
        points |= {(network.version, first), (network.version, last + 1)}
    limits = {4: 2**32, 6: 2**128}
    valid = [(version, value) for version, value in points if value < limits[version]]
    return not tests or any(all(_contains(test, version, value) for test in tests) for version, value in valid)


def _contains(test: ValueTest, version: int, value: int) -> bool:
    found = any(
        network.version == version and int(network.network_address) <= value <= int(network.broadcast_address)
        for network in (ipaddress.ip_network(text, strict=False) for text in test.texts)
    )
    return test.negated is not found
