"""Expressions that choose one of several results: CASE, IFF, DECODE, NVL2 and COALESCE."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

from sqlglot import exp

from lakekit_policies.sql import domain
from lakekit_policies.sql.comparisons import COMPARISONS
from lakekit_policies.sql.domain import FALSE, Symbol, Taint, Value


class Evaluation(Protocol):
    """What evaluates the conditions."""

    def evaluate(self, node: exp.Expr) -> Value:
        """The value of an expression."""


Branches = Iterator[tuple[exp.Expr | None, Taint, exp.Expr]]
Test = tuple[exp.Expr, Value, exp.Expr]


def _case(session: Evaluation, node: exp.Expr) -> Branches:
    operand = node.this
    tests = (
        (_shown(exp.EQ, operand, branch.this), _equal(session, operand, branch.this), branch.args["true"])
        if operand
        else (branch.this, session.evaluate(branch.this), branch.args["true"])
        for branch in node.args["ifs"]
    )
    return _first_true(tests, node.args.get("default") or exp.Null())


def _iff(session: Evaluation, node: exp.Expr) -> Branches:
    test = (node.this, session.evaluate(node.this), node.args["true"])
    return _first_true([test], node.args.get("false") or exp.Null())


def _decode(session: Evaluation, node: exp.Expr) -> Branches:
    operand, *rest = node.expressions
    default = rest.pop() if len(rest) % 2 else exp.Null()
    equal = COMPARISONS[exp.EqualNull]
    tests = (
        (
            _shown(exp.EqualNull, operand, search),
            equal(session.evaluate(operand), session.evaluate(search)),
            result,
        )
        for search, result in zip(rest[::2], rest[1::2], strict=True)
    )
    return _first_true(tests, default)


def _nvl2(session: Evaluation, node: exp.Expr) -> Branches:
    return _first_true([_present(session, node.this, node.args["true"])], node.args.get("false") or exp.Null())


def _coalesce(session: Evaluation, node: exp.Expr) -> Branches:
    *candidates, last = [node.this, *node.expressions]
    return _first_true((_present(session, one, one) for one in candidates), last)


def _present(session: Evaluation, node: exp.Expr, result: exp.Expr) -> Test:
    """The test that an expression is not NULL."""
    shown = exp.Not(this=_shown(exp.Is, node, exp.Null()))
    return shown, domain.negate(null_test(session.evaluate(node))), result


def _shown(operator: type[exp.Expr], left: exp.Expr, right: exp.Expr) -> exp.Expr:
    return operator(this=left.copy(), expression=right.copy())


def _equal(session: Evaluation, left: exp.Expr, right: exp.Expr) -> Value:
    return domain.equal(session.evaluate(left), session.evaluate(right))


def _first_true(tests: Iterable[Test], default: exp.Expr) -> Branches:
    implicit = Taint.NONE
    for test, value, result in tests:
        if value.never_true:
            continue
        implicit |= value.taint
        yield test, implicit, result
        if value.content is True:
            return
    yield None, implicit, default


BRANCHES: Final[dict[type[exp.Expr], Callable[[Evaluation, exp.Expr], Branches]]] = {
    exp.Case: _case,
    exp.If: _iff,
    exp.DecodeCase: _decode,
    exp.Nvl2: _nvl2,
    exp.Coalesce: _coalesce,
}


def null_test(value: Value) -> Value:
    """``value IS NULL``."""
    if value.is_constant:
        return Value(value.content is None)
    if value.content in (Symbol.ROLE, Symbol.USER):
        return FALSE
    return domain.tainted(Taint.NULLNESS if value.taint else Taint.NONE)
