"""What a session sees that has none of the roles that a policy names.

A policy is proven by evaluating it for such a session: tests for named roles are FALSE, PUBLIC is TRUE, the current
role differs from every named role, and everything else is unknown. What is then still reachable is visible to
everyone. The value is followed by its name: a function, cast or subquery that has it as an operand depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from lakekit_policies.shared.interpolations import UNKNOWN_NAME
from lakekit_policies.sql import domain
from lakekit_policies.sql.branches import BRANCHES, null_test
from lakekit_policies.sql.comparisons import COMPARISONS, literal, member
from lakekit_policies.sql.domain import FALSE, NULL, TRUE, UNKNOWN, Symbol, Taint, Value
from lakekit_policies.sql.lookups import is_entitlement_query, is_role_column
from lakekit_policies.sql.role_tests import hides_value, role_test


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result that a session can reach, and the conditions on the way that are not certain."""

    result: exp.Expr
    value: Value
    conditions: tuple[exp.Expr, ...] = ()
    implicit: Taint = Taint.NONE
    """What the conditions depend on."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session, seen by a policy.

    Args:
        arguments: names of the policy's arguments in upper case; the first is the protected value.
        active_roles: named roles of the session, in upper case; none for a session without named roles.
        in_lookup: whether columns are those of an entitlement table.
        named_roles: collects the roles that the policy tests.
    """

    arguments: tuple[str, ...]
    active_roles: frozenset[str] = frozenset()
    in_lookup: bool = False
    named_roles: set[str] = field(default_factory=set)
    # Results by node, with the node, whose id is then not used again: nested expressions are evaluated once.
    _outcomes: dict[int, tuple[exp.Expr, tuple[Outcome, ...]]] = field(default_factory=dict)
    _values: dict[int, tuple[exp.Expr, Value]] = field(default_factory=dict)

    def outcomes(self, node: exp.Expr) -> tuple[Outcome, ...]:
        """The results of an expression that are reachable, through CASE, IFF, DECODE, COALESCE and their like."""
        known = self._outcomes.get(id(node))
        if known is None:
            known = self._outcomes[id(node)] = node, tuple(self._find_outcomes(node))
        return known[1]

    def _find_outcomes(self, node: exp.Expr) -> Iterator[Outcome]:
        branches = BRANCHES.get(type(node))
        if isinstance(node, exp.Paren):
            yield from self.outcomes(node.this)
        elif branches is None:
            yield Outcome(node, self.evaluate(node))
        else:
            for condition, implicit, result in branches(self, node):
                conditions = () if condition is None else (condition,)
                for inner in self.outcomes(result):
                    yield Outcome(
                        inner.result, inner.value, (*conditions, *inner.conditions), implicit | inner.implicit
                    )

    def evaluate(self, node: exp.Expr) -> Value:
        """The result of an expression, as far as it is known."""
        known = self._values.get(id(node))
        if known is None:
            known = self._values[id(node)] = node, self._evaluate(node)
        return known[1]

    def _evaluate(self, node: exp.Expr) -> Value:
        if type(node) in BRANCHES:
            found = self.outcomes(node)
            implicit = Taint.NONE
            for outcome in found:
                implicit |= outcome.implicit
            return domain.join(*(outcome.value for outcome in found), implicit=implicit) if found else NULL
        handler = _HANDLERS.get(type(node))
        if handler is not None:
            return handler(self, node)
        comparison = COMPARISONS.get(type(node))
        if comparison is not None:
            return comparison(self.evaluate(node.this), self.evaluate(node.expression))
        tested = role_test(self, node)
        return domain.tainted(self.taint(node)) if tested is None else tested

    def taint(self, node: exp.Expr) -> Taint:
        """What of the row an expression can depend on, by the names in it."""
        found = Taint.NONE
        for part in node.walk(prune=hides_value):
            if hides_value(part):
                continue
            if isinstance(part, (exp.Star, exp.DynamicIdentifier, exp.Parameter, exp.Placeholder)):
                return Taint.VALUE
            if isinstance(part, (exp.Identifier, exp.Var)):
                found |= self.argument_taint(part.name)
        return found

    def argument_taint(self, name: str) -> Taint:
        upper = name.upper()
        if upper not in self.arguments:
            return Taint.NONE
        return Taint.VALUE if upper == self.arguments[0] else Taint.OTHER

    def lookup(self) -> Session:
        """The same session inside of a query on an entitlement table."""
        return Session(self.arguments, self.active_roles, True, self.named_roles)


def _column(session: Session, node: exp.Expr) -> Value:
    taint = session.taint(node)
    if taint:
        return domain.tainted(taint)
    if session.in_lookup:
        return Value(Symbol.ENTRY) if is_role_column(node) else UNKNOWN
    # A column that is not an argument: nothing is known about it, and nothing is assumed.
    return UNKNOWN if UNKNOWN_NAME in node.name else domain.tainted(Taint.VALUE)


def _connector(session: Session, node: exp.Expr) -> Value:
    values = [session.evaluate(part) for part in node.flatten()]
    return domain.conjunction(values) if isinstance(node, exp.And) else domain.disjunction(values)


def _is(session: Session, node: exp.Expr) -> Value:
    value, other = session.evaluate(node.this), session.evaluate(node.expression)
    if other.content is None:
        return null_test(value)
    if value.is_constant and other.is_constant:
        return Value(value.content is other.content)
    return domain.tainted(value.taint | other.taint)


def _in(session: Session, node: exp.Expr) -> Value:
    value = session.evaluate(node.this)
    query = node.args.get("query")
    if query is not None:
        lookup = value.content is Symbol.ROLE and is_entitlement_query(query, projected=True)
        return FALSE if lookup or _finds_nothing(session, query) else domain.tainted(value.taint | session.taint(query))
    if not node.expressions:
        return domain.tainted(session.taint(node))
    return member(value, [session.evaluate(item) for item in node.expressions])


def _exists(session: Session, node: exp.Expr) -> Value:
    return FALSE if _finds_nothing(session, node.this) else domain.tainted(session.taint(node))


def _finds_nothing(session: Session, query: exp.Expr) -> bool:
    """Whether a query on entitlement tables returns no row, because none of them names the session's role or user."""
    where = query.unnest().args.get("where")
    return where is not None and is_entitlement_query(query) and session.lookup().evaluate(where.this).never_true


def _query(session: Session, node: exp.Expr) -> Value:
    """A scalar subquery: NULL without a row; else rows of another table come out, whatever its policies hide."""
    if _finds_nothing(session, node):
        return NULL
    reads = node.find(exp.Table) is not None
    return domain.tainted(session.taint(node) | (Taint.VALUE if reads else Taint.NONE))


_HANDLERS: Final[dict[type[exp.Expr], Callable[[Session, exp.Expr], Value]]] = {
    exp.Paren: lambda session, node: session.evaluate(node.this),
    exp.Boolean: lambda _, node: TRUE if node.this else FALSE,
    exp.Null: lambda *_: NULL,
    exp.Literal: lambda _, node: literal(node),
    exp.RawString: lambda _, node: Value(str(node.this)),
    exp.Column: _column,
    exp.And: _connector,
    exp.Or: _connector,
    exp.Not: lambda session, node: domain.negate(session.evaluate(node.this)),
    exp.Is: _is,
    exp.In: _in,
    exp.Exists: _exists,
    exp.Subquery: _query,
    exp.Select: _query,
}
