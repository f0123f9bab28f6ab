"""Search for a row that a filter excludes.

The truth of a comparison changes only at its constant. Rows at, below and above every constant, and strings that match
or do not match every pattern, therefore stand for all rows. Values are grouped by the comparisons that they satisfy,
and the columns are assigned one after the other until the filter is FALSE or NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Final, TypeAlias

from sqlglot import exp

from lakekit_policies.sql import filter_candidates, filter_values
from lakekit_policies.sql.filter_values import Scalar
from lakekit_policies.sql.parse import SqlError

OPEN: Final = "open"
"""Result of an expression with columns that have no value yet."""
Result: TypeAlias = bool | str | None
"""TRUE, FALSE, NULL or open."""
MAX_STEPS: Final = 20_000

ATOMS: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.Like, exp.ILike, exp.Is)


def always_true(tree: exp.Expr, types: Mapping[str, str]) -> bool:
    """Whether no row is excluded that has values in all columns, or NULL in those that are tested for it.

    Args:
        tree: the filter.
        types: column name to type; limits of integer types count.

    Raises:
        SqlError: the filter is too complex to be searched.
    """
    tested = {filter_values.name_of(column) for test in tree.find_all(exp.Is) for column in test.find_all(exp.Column)}
    classes: dict[str, list[Scalar | None]] = {
        name: [*([None] if name in tested else []), *values] for name, values in classes_of([tree], types).items()
    }
    return not _Search(tree, classes).excluded({})


def whole_number_columns(tree: exp.Expr) -> frozenset[str]:
    """Columns that the filter compares with whole numbers only."""
    atoms = [
        (filter_values.name_of(column), node) for node in tree.find_all(*ATOMS) for column in node.find_all(exp.Column)
    ]
    other = {
        name
        for name, node in atoms
        for literal in node.find_all(exp.Literal, exp.Boolean, exp.Cast)
        if not (isinstance(value := filter_values.scalar(literal), Decimal) and value % 1 == 0)
        or isinstance(literal, exp.Cast)
    }
    return frozenset({name for name, _ in atoms} - other)


def classes_of(trees: Iterable[exp.Expr], types: Mapping[str, str]) -> dict[str, list[Scalar]]:
    """Values of each column that stand for all."""
    trees = list(trees)
    atoms: dict[str, list[exp.Expr]] = {}
    for node in (found for tree in trees for found in tree.find_all(*ATOMS)):
        for name in {filter_values.name_of(column) for column in node.find_all(exp.Column)}:
            atoms.setdefault(name, []).append(node)
    literals = (found for tree in trees for found in tree.find_all(exp.Literal, exp.Boolean))
    constants = [filter_values.scalar(literal) for literal in literals]
    together = {name for tree in trees for name in _compared_columns(tree)}
    return {
        name: filter_candidates.representatives(
            found, partial(_holds, name), types.get(name, ""), constants if name in together else None
        )
        for name, found in atoms.items()
    }


class _Search:
    """Depth-first search over the columns."""

    def __init__(self, tree: exp.Expr, classes: Mapping[str, Sequence[Scalar | None]]) -> None:
        self._tree = tree
        self._classes = classes
        self._steps = 0

    def excluded(self, row: dict[str, Scalar | None]) -> bool:
        """Whether the rest of the columns has values for which the filter is not TRUE."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise SqlError("it has too many columns to be searched for an excluded row")
        result = evaluate(self._tree, row)
        if result is not OPEN:
            return result is not True
        name = next((name for name in self._classes if name not in row), None)
        if name is None:
            raise SqlError("it uses a column without a comparison")
        return any(self.excluded({**row, name: value}) for value in self._classes[name])


def evaluate(node: exp.Expr, row: Mapping[str, Scalar | None]) -> Result:  # noqa: PLR0911  # one return for each node
    """Result of a filter for a row; ``open`` if it depends on a column without a value."""
    if isinstance(node, exp.Paren):
        return evaluate(node.this, row)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Not):
        inner = evaluate(node.this, row)
        return not inner if isinstance(inner, bool) else inner
    if isinstance(node, (exp.And, exp.Or)):
        return _connect((evaluate(part, row) for part in node.flatten()), decisive=isinstance(node, exp.Or))
    if isinstance(node, exp.Column):
        value = filter_values.lookup(node, row)
        return value if isinstance(value, bool) or value is None else OPEN
    operands = [filter_values.operand(part, row) for part in filter_values.operands(node)]
    if filter_values.MISSING in operands:
        return OPEN
    return filter_values.compare(node, operands)


def _connect(results: Iterable[Result], *, decisive: bool) -> Result:
    found: Result = not decisive
    for result in results:
        if result is decisive:
            return decisive
        if result is OPEN or found is OPEN:
            found = OPEN
        elif result is None:
            found = None
    return found


def _holds(name: str, atom: exp.Expr, value: Scalar) -> Result:
    return evaluate(atom, {name: value})


def _compared_columns(tree: exp.Expr) -> set[str]:
    """Columns that are compared with another column: their values have to meet."""
    return {
        filter_values.name_of(column)
        for node in tree.find_all(*ATOMS)
        if len({filter_values.name_of(column) for column in node.find_all(exp.Column)}) > 1
        for column in node.find_all(exp.Column)
    }
