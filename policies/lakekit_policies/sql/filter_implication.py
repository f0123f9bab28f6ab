"""Whether one row filter includes every row that another one includes.

Decided over values that stand for all values of a column. A column that is compared with patterns has one value for
each combination of patterns and constants that some text satisfies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Final

from sqlglot import exp

from lakekit_policies import wildcards
from lakekit_policies.sql import filter_search, filter_values
from lakekit_policies.sql.filter_search import ATOMS, MAX_STEPS, OPEN, evaluate
from lakekit_policies.sql.filter_values import Scalar
from lakekit_policies.sql.parse import SqlError

MAX_TEXTS: Final = 8
"""Patterns and constants of a column that is compared with patterns: their combinations are tried, 256 at most."""
_ORDERED: Final = (exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between)


def implies(narrower: exp.Expr, wider: exp.Expr) -> bool:
    """Whether one filter is TRUE for every row for which another one is, rows with NULL or empty strings among them.

    Raises:
        SqlError: the filters are too complex to be searched, or compare a column in ways that cannot be combined.
    """
    trees = [tree.transform(_moment_as_number) for tree in (narrower, wider)]
    moments = {
        filter_values.name_of(column)
        for tree in (narrower, wider)
        for atom in tree.find_all(*ATOMS)
        if any(filter_values.moment(node) is not None for node in atom.find_all(exp.Cast))
        for column in atom.find_all(exp.Column)
    }
    classes: dict[str, list[Scalar | None]] = {}
    for name, values in filter_search.classes_of(trees, {}).items():
        atoms = _atoms(trees, name)
        if name in moments and any(_is_mixed(atom) for atom in _atoms((narrower, wider), name)):
            raise SqlError(f"{name} is compared with dates and with other values")
        has_pattern = any(isinstance(atom, exp.Like) for atom in atoms)
        classes[name] = [None, *(_texts(name, atoms) if has_pattern else ("", *values))]
    return not _difference(trees[0], trees[1], classes, {}, [0])


def _moment_as_number(node: exp.Expr) -> exp.Expr:
    day = filter_values.moment(node)
    return node if day is None else exp.Literal.number(str(day))


def _is_mixed(atom: exp.Expr) -> bool:
    """Whether a comparison has a constant that is not a date or timestamp."""
    return any(not isinstance(node.parent, exp.Cast) for node in atom.find_all(exp.Literal, exp.Boolean))


def _atoms(trees: Iterable[exp.Expr], name: str) -> list[exp.Expr]:
    return [
        atom
        for tree in trees
        for atom in tree.find_all(*ATOMS)
        if any(filter_values.name_of(column) == name for column in atom.find_all(exp.Column))
    ]


def _texts(name: str, atoms: Sequence[exp.Expr]) -> list[str]:
    """One text for each combination of patterns and constants that some text satisfies."""
    patterns: set[str] = set()
    for atom in atoms:
        constants = [filter_values.scalar(node) for node in filter_values.operands(atom)[1:]]
        if isinstance(atom, exp.Is):
            continue
        if isinstance(atom, _ORDERED) or not all(isinstance(constant, str) for constant in constants):
            raise SqlError(f"{name} is compared with patterns and with an order or numbers")
        is_pattern = isinstance(atom, exp.Like)
        for constant in map(str, constants):
            text = wildcards.literal(constant)
            patterns.add(text.replace("%", "*").replace("_", "?") if is_pattern else text)
    if len(patterns) > MAX_TEXTS:
        raise SqlError(f"{name} is compared with more than {MAX_TEXTS} patterns and texts")
    found: list[str] = []
    for matched in product((True, False), repeat=len(patterns)):
        chosen = dict(zip(sorted(patterns), matched, strict=True))
        witness = wildcards.witness(
            [pattern for pattern, yes in chosen.items() if yes], [pattern for pattern, yes in chosen.items() if not yes]
        )
        if witness is not None:
            found.append(witness)
    return found


def _difference(
    narrower: exp.Expr,
    wider: exp.Expr,
    classes: Mapping[str, list[Scalar | None]],
    row: dict[str, Scalar | None],
    steps: list[int],
) -> bool:
    """Whether the rest of the columns has values for which only the first filter is TRUE."""
    steps[0] += 1
    if steps[0] > MAX_STEPS:
        raise SqlError("they have too many columns to be compared")
    first, second = evaluate(narrower, row), evaluate(wider, row)
    if second is True or first is False or first is None:
        return False
    name = next((name for name in classes if name not in row), None)
    if name is None:
        if OPEN in (first, second):
            raise SqlError("they use a column without a comparison")
        return True
    return any(_difference(narrower, wider, classes, {**row, name: value}, steps) for value in classes[name])
