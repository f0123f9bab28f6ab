"""Proof that a masking policy shows the value only to roles that it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from sqlglot import exp

from lakekit_policies.sql.domain import Taint
from lakekit_policies.sql.parse import SqlError, expression, sql
from lakekit_policies.sql.session import Outcome, Session

MAX_MESSAGES = 3
_HASHES = frozenset({"HASH", "MD5", "SHA", "SHA1", "FARMFINGERPRINT", "MD5DIGEST", "SHA1DIGEST"})


def problems(body: str, arguments: Sequence[str]) -> Iterator[str]:
    """Ways in which the value reaches a session without any role that the policy names.

    Args:
        body: body of the policy.
        arguments: names of its arguments; the first is the value.

    The result must not depend on the value, except on whether it is NULL and how long it is, or through SHA-2 with a
    salt. Other arguments may be compared, but not returned.
    """
    if not arguments:
        yield "the policy has no argument"
        return
    try:
        tree = expression(body)
        session = Session(tuple(name.upper() for name in arguments))
        leaks = [outcome for outcome in session.outcomes(tree) if _leaks(outcome)]
        whom = "every role that the policy does not name" if _tests_roles(tree) else "every role"
    except SqlError as error:
        yield f"cannot be evaluated: {error}"
        return
    except RecursionError:
        yield "cannot be evaluated: the SQL is nested too deeply"
        return
    for leak in leaks[:MAX_MESSAGES]:
        yield _message(leak, arguments[0], whom)


def viewers(body: str, arguments: Sequence[str]) -> frozenset[str]:
    """Roles, among those that the policy names, that can see the value; empty if it cannot be evaluated."""
    return _viewers(body, tuple(name.upper() for name in arguments))


# Environments have the same policies.
@lru_cache(maxsize=256)
def _viewers(body: str, arguments: tuple[str, ...]) -> frozenset[str]:
    try:
        tree = expression(body)
        session = Session(arguments)
        session.evaluate(tree)
        for test in tree.find_all(exp.Anonymous):
            session.evaluate(test)
        return frozenset(
            role
            for role in session.named_roles
            if any(_leaks(outcome) for outcome in Session(session.arguments, frozenset({role})).outcomes(tree))
        )
    except (SqlError, RecursionError):
        return frozenset()


def _leaks(outcome: Outcome) -> bool:
    return bool(outcome.value.taint & (Taint.VALUE | Taint.OTHER) or outcome.implicit & Taint.VALUE)


def _tests_roles(tree: exp.Expr) -> bool:
    return any(
        isinstance(node, exp.Func) and "ROLE" in (node.name if isinstance(node, exp.Anonymous) else node.key).upper()
        for node in tree.walk()
    )


def _message(leak: Outcome, value: str, whom: str) -> str:
    reached = " and ".join(f"`{sql(condition)}`" for condition in leak.conditions)
    when = f" when {reached}" if reached else ""
    if not leak.value.taint & (Taint.VALUE | Taint.OTHER):
        return f"the result depends on {value}{when}, for roles that the policy does not name"
    if leak.value.taint & Taint.VALUE:
        shown = value if isinstance(leak.result.unnest(), exp.Column) else f"a value computed from {value}"
        return f"{shown} is visible by default: the result is `{sql(leak.result)}`{when}, for {whom}{_why(leak.result)}"
    return f"another column is visible by default: the result is `{sql(leak.result)}`{when}, for {whom}"


def _why(result: exp.Expr) -> str:
    """Why a result that looks masked is not, and what is accepted in its place."""
    names = {
        node.name.upper() if isinstance(node, exp.Anonymous) else node.key.upper() for node in result.find_all(exp.Func)
    }
    if any(name.startswith("SHA2") for name in names):
        return "; without a literal of at least 16 characters as a salt, a reader confirms guesses of the value"
    if names & _HASHES or any(name.startswith(("MD5", "SHA1")) for name in names):
        return (
            "; a reader computes it for every likely value: use SHA2 of the value and a salt of at least 16 characters"
        )
    if names:
        return "; return a constant, or name the roles that may see what is left of the value"
    return ""
