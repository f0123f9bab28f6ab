"""Statements that can cover a set of requests, without a comparison with each statement."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.iam.constraints import Clause, Constraint
from lakekit_policies.iam.requests import ACTION, PRINCIPAL, RESOURCE, Requests
from lakekit_policies.iam.value_tests import STRING, ValueTest

Clauses = tuple[Clause, ...]

_KEYS: Final = (PRINCIPAL, ACTION, RESOURCE)
_END: Final = "\U0010ffff"


class Covering:
    """Statements by the literal beginnings of their principals, actions and resources.

    In a policy of many statements, few remain to be compared (see ``wildcards.beginning``).
    """

    def __init__(self, statements: Iterable[Clauses]) -> None:
        self._statements = list(statements)
        self._indexes = {key: _Prefixes(key, self._statements) for key in _KEYS}

    def overlapping(self, requests: Requests) -> tuple[Clauses, ...]:
        """The statements that match some of the requests, in their order."""
        candidates: Collection[int] = range(len(self._statements))
        stated = [(key, _shortest(requests.constraints.get(key, ()))) for key in _KEYS]
        for key, beginnings in sorted(stated, key=lambda one: len(one[1] or ())):
            # A look-up is worth it if it is shorter than the comparisons that it saves.
            if beginnings is not None and len(beginnings) < len(candidates):
                candidates = min(candidates, self._indexes[key].candidates(beginnings), key=len)
        return tuple(
            clauses
            for clauses in map(self._statements.__getitem__, sorted(candidates))
            if next(requests.matching(clauses), None) is not None
        )


class _Prefixes:
    """Positions of statements by the literal beginnings of the patterns of one key."""

    def __init__(self, key: str, statements: list[Clauses]) -> None:
        self._unrestricted: list[int] = []
        self._positions: dict[str, list[int]] = {}
        for position, clauses in enumerate(statements):
            constraints = [one for clause in clauses if clause.key == key for one in _single(clause)]
            beginnings = _shortest(constraints)
            if beginnings is None:
                self._unrestricted.append(position)
            for beginning in beginnings or ():
                self._positions.setdefault(beginning, []).append(position)
        self._sorted = sorted(self._positions)
        self._lengths = sorted(set(map(len, self._sorted)))

    def candidates(self, beginnings: Iterable[str]) -> set[int]:
        found = set(self._unrestricted)
        for beginning in beginnings:
            for length in self._lengths:
                if length >= len(beginning):
                    break
                found.update(self._positions.get(beginning[:length], ()))
            first = bisect_left(self._sorted, beginning)
            last = bisect_left(self._sorted, beginning + _END)
            for longer in self._sorted[first:last]:
                found.update(self._positions[longer])
        return found


def _single(clause: Clause) -> tuple[Constraint, ...]:
    """The constraint of a clause that is no choice between several."""
    return clause.alternatives if len(clause.alternatives) == 1 else ()


def _shortest(constraints: Iterable[Constraint]) -> frozenset[str] | None:
    """The literal beginnings of the smallest test of which a pattern has to match; None if all match any beginning."""
    tests = [one.test for one in constraints if one.some and one.test.family == STRING and not one.test.negated]
    return min((one for one in map(_beginnings, tests) if "" not in one), key=len, default=None)


@lru_cache(maxsize=16_384)
def _beginnings(test: ValueTest) -> frozenset[str]:
    return frozenset(map(wildcards.beginning, test.texts))
