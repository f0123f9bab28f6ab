"""Whether a changed masking or row access policy shows more than before, to any session.

Both bodies are evaluated for every combination of the roles that one of them tests, and for every current role. What
remains are conditions on the row and results: the change is not a widening if, for each session, the new body shows
nothing, the old one showed everything, or both have the same conditions and the new results show no more. Everything
else is a widening, including bodies that cannot be evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

from sqlglot import exp

from lakekit_policies.sql.domain import Taint, is_public
from lakekit_policies.sql.parse import SNOWFLAKE, SqlError, expression
from lakekit_policies.sql.session import Outcome, Session

MAX_ROLES: Final = 7
"""Roles that both bodies together may test: every combination is evaluated."""
_OTHER: Final = "\ue300ANOTHER ROLE"
_Residual = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Result:
    """A result that a session can reach after the conditions before it have failed."""

    conditions: tuple[_Residual, ...]
    text: _Residual
    taint: Taint
    is_value: bool
    """Whether it is the protected value itself."""


def masking_widened(before: str, after: str, arguments: Sequence[str], new_arguments: Sequence[str]) -> bool:
    """Whether a masking policy shows more of the value than before.

    Args:
        before: body before the change.
        after: body after it.
        arguments: names of the arguments before; the first is the value.
        new_arguments: names of the arguments after.
    """
    return _widened(before, after, arguments, new_arguments, rows=False)


def rows_widened(before: str, after: str, arguments: Sequence[str], new_arguments: Sequence[str]) -> bool:
    """Whether a row access policy shows more rows than before; for the arguments see :func:`masking_widened`."""
    return _widened(before, after, arguments, new_arguments, rows=True)


def _widened(before: str, after: str, arguments: Sequence[str], new_arguments: Sequence[str], *, rows: bool) -> bool:
    names = tuple(name.upper() for name in arguments) or ("",)
    if names != (tuple(name.upper() for name in new_arguments) or ("",)):
        return True
    try:
        lookups: dict[str, str] = {}
        trees = [_prepared(expression(body), names, lookups) for body in (before, after)]
        roles = _roles(trees, names)
        if len(roles) > MAX_ROLES or len({role.upper() for role in roles}) < len(roles):
            return True
        shows_more = _shows_more_rows if rows else _shows_more
        return any(
            shows_more(*(_results(tree, names, active, current) for tree in trees))
            for active, current in _sessions(roles, uses_current=any(tree.find(exp.CurrentRole) for tree in trees))
        )
    except (SqlError, RecursionError):
        return True


def _prepared(tree: exp.Expr, arguments: Sequence[str], lookups: dict[str, str]) -> exp.Expr:
    """The tree with subqueries as functions of the arguments that they use, so that equal ones are recognized."""

    def opaque(node: exp.Expr) -> exp.Expr:
        is_lookup = isinstance(node, exp.Exists) or (isinstance(node, exp.In) and node.args.get("query"))
        if is_lookup or isinstance(node, exp.Query):
            name = lookups.setdefault(_text(node), f"LOOKUP_{len(lookups)}")
            used = {part.name.upper() for part in node.find_all(exp.Identifier)} & set(arguments)
            used |= set() if is_lookup else {arguments[0]}
            # Texts of tested roles stay visible: they are roles of sessions too.
            return exp.Anonymous(this=name, expressions=[exp.column(one) for one in sorted(used) if one])
        if isinstance(node, exp.Anonymous) and str(node.name).upper() == "IS_DATABASE_ROLE_IN_SESSION":
            for literal in node.find_all(exp.Literal):
                literal.set("this", f"DATABASE ROLE {literal.this}")
        return node

    return tree.copy().transform(opaque)


def _roles(trees: Sequence[exp.Expr], arguments: tuple[str, ...]) -> frozenset[str]:
    """Roles that the bodies test; with CURRENT_ROLE, every text can be one."""
    found: set[str] = set()
    for tree in trees:
        session = Session(arguments, frozenset({_OTHER}))
        for test in tree.find_all(exp.Anonymous, exp.ArrayContains):
            session.evaluate(test)
            if session.named_roles:
                found |= {str(one.this) for one in test.find_all(exp.Literal) if one.args.get("is_string")}
            session.named_roles.clear()
        for role in tree.find_all(exp.CurrentRole):
            compared = role.find_ancestor(exp.In, exp.EQ, exp.NEQ, exp.Case, exp.DecodeCase)
            found |= {str(one.this) for one in (compared or tree).find_all(exp.Literal) if one.args.get("is_string")}
    return frozenset(role for role in found if not is_public(role))


def _sessions(roles: frozenset[str], *, uses_current: bool) -> Iterator[tuple[frozenset[str], str]]:
    """Active roles and current role of every kind of session."""
    names = sorted(roles)
    for active in chain.from_iterable(combinations(names, count) for count in range(len(names) + 1)):
        for current in [_OTHER, *active] if uses_current else [_OTHER]:
            yield frozenset({*active, _OTHER}), current
    if uses_current:
        yield frozenset({_OTHER}), "PUBLIC"


def _results(tree: exp.Expr, arguments: tuple[str, ...], active: frozenset[str], current: str) -> list[_Result]:
    session = Session(arguments, frozenset(role.strip().strip('"').upper() for role in active))
    of_session = tree.copy().transform(
        lambda node: exp.Literal.string(current) if isinstance(node, exp.CurrentRole) else node
    )
    return [_result(session, outcome) for outcome in session.outcomes(of_session)]


def _result(session: Session, outcome: Outcome) -> _Result:
    result = outcome.result.unnest()
    uses = {part.name.upper() for part in result.find_all(exp.Identifier)} & set(session.arguments)
    return _Result(
        conditions=tuple(_residual(session, condition) for condition in outcome.conditions),
        text=_residual(session, result),
        # A length or a hash depends on the value, too.
        taint=outcome.value.taint | outcome.implicit | (Taint.NULLNESS if uses else Taint.NONE),
        is_value=isinstance(result, exp.Column) and result.name.upper() == session.arguments[0],
    )


def _residual(session: Session, node: exp.Expr) -> _Residual:
    """A condition without the parts that the session decides."""
    content = session.evaluate(node).content
    if content is True or content is False or content is None:
        return (str(content).upper(),)
    if isinstance(node, exp.Paren):
        return _residual(session, node.this)
    if isinstance(node, exp.Not):
        return ("NOT", *_residual(session, node.this))
    if isinstance(node, (exp.And, exp.Or)):
        neutral = ("TRUE",) if isinstance(node, exp.And) else ("FALSE",)
        parts = {_residual(session, part) for part in node.flatten()} - {neutral}
        name = "AND" if isinstance(node, exp.And) else "OR"
        return min(parts) if len(parts) == 1 else (name, *sorted(map(repr, parts)))
    return (_text(node),)


def _shows_more(before: list[_Result], after: list[_Result]) -> bool:
    if not any(result.taint for result in after):
        return False
    if len(before) == 1 and not before[0].conditions and before[0].is_value:
        return any(result.taint & Taint.OTHER for result in after)
    return not (
        len(before) == len(after)
        and all(
            had.conditions == has.conditions and (had.text == has.text or not has.taint)
            for had, has in zip(before, after, strict=True)
        )
    )


def _shows_more_rows(before: list[_Result], after: list[_Result]) -> bool:
    never, always = (("FALSE",), ("NONE",)), ("TRUE",)
    if all(result.text in never for result in after) or all(result.text == always for result in before):
        return False
    return not (
        len(before) == len(after)
        and all(
            had.conditions == has.conditions and (has.text in never or _implies(has.text, had.text))
            for had, has in zip(before, after, strict=True)
        )
    )


def _implies(narrower: _Residual, wider: _Residual) -> bool:
    """Whether one condition has all parts of the other, or is one of its alternatives."""
    if wider in (narrower, ("TRUE",)):
        return True
    had, has = set(wider[1:]), set(narrower[1:])
    if wider[0] == "AND":
        return narrower[0] == "AND" and had <= has
    if wider[0] == "OR":
        return (
            has <= had if narrower[0] == "OR" else repr(narrower) in had or (narrower[0] == "AND" and bool(had & has))
        )
    return narrower[0] == "AND" and repr(wider) in has


def _text(node: exp.Expr) -> str:
    return node.sql(dialect=SNOWFLAKE, comments=False)
