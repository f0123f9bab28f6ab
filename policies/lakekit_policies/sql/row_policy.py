"""Proof that a row access policy shows rows only to roles that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlglot import exp

from lakekit_policies.sql.parse import SqlError, expression, sql
from lakekit_policies.sql.session import Outcome, Session

MAX_MESSAGES = 3


def problems(body: str, arguments: Sequence[str]) -> Iterator[str]:
    """Ways in which rows reach a session without any role that the policy names.

    Args:
        body: body of the policy.
        arguments: names of its arguments.
    """
    try:
        tree = expression(body)
        session = Session(tuple(name.upper() for name in arguments) or ("",))
        visible = [outcome for outcome in session.outcomes(tree) if not _hides(outcome)]
    except SqlError as error:
        yield f"cannot be evaluated: {error}"
        return
    except RecursionError:
        yield "cannot be evaluated: the SQL is nested too deeply"
        return
    for outcome in visible[:MAX_MESSAGES]:
        yield _message(outcome)


def unrestricted_roles(body: str, arguments: Sequence[str]) -> frozenset[str]:
    """Roles, among those that the policy names, that see every row; empty if it cannot be evaluated."""
    try:
        tree = expression(body)
        session = Session(tuple(name.upper() for name in arguments) or ("",))
        for test in tree.find_all(exp.Anonymous):
            session.evaluate(test)
        return frozenset(
            role
            for role in session.named_roles
            if Session(session.arguments, frozenset({role})).evaluate(tree).content is True
        )
    except (SqlError, RecursionError):
        return frozenset()


def _hides(outcome: Outcome) -> bool:
    """Whether a result is FALSE or NULL; Snowflake converts the number 0 to FALSE."""
    return outcome.value.never_true or (isinstance(outcome.value.content, Decimal) and outcome.value.content == 0)


def _message(outcome: Outcome) -> str:
    if isinstance(outcome.value.content, str):
        return f"the result is the text `{sql(outcome.result)}`; return TRUE, FALSE or a condition"
    reached = " and ".join(f"`{sql(condition)}`" for condition in outcome.conditions)
    when = f" when {reached}" if reached else ""
    if outcome.value.content is True or isinstance(outcome.value.content, Decimal):
        result = sql(outcome.result) if isinstance(outcome.value.content, Decimal) else "TRUE"
        return f"rows are visible by default: the result is {result}{when}, for roles that the policy does not name"
    return f"rows with `{sql(outcome.result)}` are visible by default{when}, for roles that the policy does not name"


def uses_current_role(body: str) -> bool:
    """Whether a policy compares the current role with names, outside of subqueries."""
    try:
        tree = expression(body)
        return any(not node.find_ancestor(exp.Query) for node in tree.find_all(exp.CurrentRole))
    except (SqlError, RecursionError):
        return False
