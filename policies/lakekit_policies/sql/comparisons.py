"""Comparison operators over known and unknown values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlglot import exp

from lakekit_policies.sql import domain
from lakekit_policies.sql.domain import UNKNOWN, Value


def literal(node: exp.Expr) -> Value:
    """Value of a literal: a string or a number."""
    if node.args.get("is_string"):
        return Value(str(node.this))
    try:
        return Value(Decimal(str(node.this)))
    except InvalidOperation:
        return UNKNOWN


def member(value: Value, items: Sequence[Value]) -> Value:
    """``value IN (items)``."""
    return domain.disjunction([domain.equal(value, item) for item in items])


def _null_safe_equal(left: Value, right: Value) -> Value:
    if left.content is None and right.content is None:
        return domain.TRUE
    if left.content is None or right.content is None:
        other = right if left.content is None else left
        null_only = domain.Taint.NULLNESS if other.taint else domain.Taint.NONE
        return domain.FALSE if other.is_constant else domain.tainted(null_only)
    return domain.equal(left, right)


Comparison = Callable[[Value, Value], Value]

COMPARISONS: Final[dict[type[exp.Expr], Comparison]] = {
    exp.EQ: domain.equal,
    exp.NEQ: lambda left, right: domain.negate(domain.equal(left, right)),
    exp.EqualNull: _null_safe_equal,
    exp.NullSafeEQ: _null_safe_equal,
    exp.NullSafeNEQ: lambda left, right: domain.negate(_null_safe_equal(left, right)),
    exp.LT: lambda left, right: domain.compare("<", left, right),
    exp.LTE: lambda left, right: domain.compare("<=", left, right),
    exp.GT: lambda left, right: domain.compare(">", left, right),
    exp.GTE: lambda left, right: domain.compare(">=", left, right),
}
