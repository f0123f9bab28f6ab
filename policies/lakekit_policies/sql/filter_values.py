"""Values of a row for a filter, and comparisons of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Final, TypeAlias

from sqlglot import exp

from lakekit_policies.sql.parse import SqlError, sql

Scalar: TypeAlias = str | bool | Decimal


class _Missing(Enum):
    MISSING = "missing"


MISSING: Final = _Missing.MISSING
Operand: TypeAlias = Scalar | _Missing | None


def name_of(column: exp.Column) -> str:
    """Full path of a column in lower case."""
    return ".".join(str(part.name) for part in column.parts).lower()


def scalar(node: exp.Expr) -> Scalar | None:
    """Value of a literal, with its sign."""
    if isinstance(node, exp.Neg):
        inner = scalar(node.this)
        return -inner if isinstance(inner, Decimal) else None
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if not isinstance(node, exp.Literal):
        return moment(node)
    if node.args.get("is_string"):
        return str(node.this)
    try:
        return Decimal(str(node.this))
    except InvalidOperation:
        return None


def moment(node: exp.Expr) -> Decimal | None:
    """Days since 1 January of year 1 of ``DATE '2026-01-01'`` or ``TIMESTAMP '2026-01-01 00:00:00'``, else None."""
    if not isinstance(node, exp.Cast) or not node.args["to"].is_type("date", "timestamp"):
        return None
    if not (isinstance(node.this, exp.Literal) and node.this.args.get("is_string")):
        return None
    try:
        found = datetime.fromisoformat(str(node.this.this)).replace(tzinfo=None)
    except ValueError:
        return None
    return Decimal((found - datetime.min).total_seconds()) / 86_400


def lookup(column: exp.Column, row: Mapping[str, Scalar | None]) -> Operand:
    return row.get(name_of(column), MISSING)


def operands(node: exp.Expr) -> list[exp.Expr]:
    """Operands of a comparison.

    Raises:
        SqlError: the operator is not supported.
    """
    if isinstance(node, exp.Between):
        return [node.this, node.args["low"], node.args["high"]]
    if isinstance(node, exp.In) and node.expressions:
        return [node.this, *node.expressions]
    if isinstance(node, (*_COMPARE, exp.Like, exp.ILike, exp.Is)):
        return [node.this, node.expression]
    raise SqlError(f"`{sql(node)}` is not supported")


def operand(node: exp.Expr, row: Mapping[str, Scalar | None]) -> Operand:
    """Value of an operand in a row.

    Raises:
        SqlError: it is neither a column nor a constant.
    """
    if isinstance(node, exp.Paren):
        return operand(node.this, row)
    if isinstance(node, exp.Column):
        return lookup(node, row)
    if isinstance(node, exp.Null):
        return None
    value = scalar(node)
    if value is None:
        raise SqlError(f"`{sql(node)}` is neither a column nor a constant")
    return value


_COMPARE: Final[dict[type[exp.Expr], Callable[[int], bool]]] = {
    exp.EQ: lambda order: order == 0,
    exp.NEQ: lambda order: order != 0,
    exp.LT: lambda order: order < 0,
    exp.LTE: lambda order: order <= 0,
    exp.GT: lambda order: order > 0,
    exp.GTE: lambda order: order >= 0,
}


def compare(node: exp.Expr, values: Sequence[Operand]) -> bool | None:  # noqa: PLR0911  # one return for each operator
    """Result of a comparison for known operands."""
    if isinstance(node, exp.Is):
        return values[0] is values[1] if values[1] is None or isinstance(values[1], bool) else None
    if isinstance(node, exp.In):
        found = [_order(values[0], item) for item in values[1:]]
        return True if 0 in found else (None if None in found else False)
    if isinstance(node, exp.Between):
        low, high = _order(values[0], values[1]), _order(values[0], values[2])
        if (low is not None and low < 0) or (high is not None and high > 0):
            return False
        return None if low is None or high is None else True
    if isinstance(node, (exp.Like, exp.ILike)):
        text, pattern = values
        if not isinstance(text, str) or not isinstance(pattern, str):
            return None
        flags = re.DOTALL | (re.IGNORECASE if isinstance(node, exp.ILike) else 0)
        return re.fullmatch(_regex(pattern), text, flags) is not None
    order = _order(values[0], values[1])
    return None if order is None else _COMPARE[type(node)](order)


def _order(left: Operand, right: Operand) -> int | None:
    """-1, 0 or 1; None for NULL and for values of different types."""
    for kind in (bool, Decimal, str):
        if isinstance(left, kind) and isinstance(right, kind):
            return (left > right) - (left < right)  # type: ignore[operator]
    # A number in quotes is compared as a number, and so is a number with a string column of digits.
    if isinstance(left, (str, Decimal)) and isinstance(right, (str, Decimal)):
        try:
            return _order(Decimal(str(left)), Decimal(str(right)))
        except InvalidOperation:
            return None
    return None


def _regex(pattern: str) -> str:
    return "".join({"%": ".*", "_": "."}.get(character, re.escape(character)) for character in pattern)
