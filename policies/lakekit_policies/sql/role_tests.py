"""Functions of Snowflake that test or name the roles of a session, and functions that hide a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from sqlglot import exp

from lakekit_policies.sql.domain import FALSE, TRUE, Symbol, Taint, Value, is_public, tainted

# INVOKER_ROLE and IS_GRANTED_TO_INVOKER_ROLE are not among them: in a view, the invoker is the view's owner.
_TESTS: Final = frozenset({"IS_ROLE_IN_SESSION", "IS_DATABASE_ROLE_IN_SESSION"})
_HASHES: Final = frozenset({"SHA2_HEX", "SHA2_BINARY"})
_SAME_TEXT: Final = (exp.Upper, exp.Lower, exp.Trim)
MIN_SALT: Final = 16
"""Characters of a salt: 96 bits in base64, too many to try."""


class Evaluator(Protocol):
    """What role tests need of the session (``session.Session``)."""

    @property
    def active_roles(self) -> frozenset[str]: ...

    @property
    def named_roles(self) -> set[str]: ...

    def evaluate(self, node: exp.Expr) -> Value: ...


def role_test(session: Evaluator, node: exp.Expr) -> Value | None:  # noqa: PLR0911  # one return for each function
    """Value of a function that tests or names roles, or hides the value; None for other expressions."""
    if isinstance(node, exp.CurrentRole):
        return Value(Symbol.UNKNOWN if session.active_roles else Symbol.ROLE)
    if isinstance(node, exp.CurrentUser):
        return Value(Symbol.USER)
    if isinstance(node, exp.Anonymous) and isinstance(node.this, str):
        return _named_function(session, str(node.name).upper(), node)
    if isinstance(node, exp.ArrayContains):
        return _contains_role(session, node)
    if isinstance(node, _SAME_TEXT) and not node.args.get("expression"):
        return _same(session, node)
    if isinstance(node, exp.Cast):
        return _cast(session, node)
    return tainted(Taint.NULLNESS) if hides_value(node) else None


def hides_value(node: exp.Expr) -> bool:
    """Whether a function reveals no more of its argument than the length or a salted hash."""
    if isinstance(node, exp.Length):
        # The length of the value itself; LENGTH(REPEAT('x', value)) is the value.
        return isinstance(node.this, exp.Column)
    if isinstance(node, (exp.SHA2, exp.SHA2Digest)):
        return _is_salted(node.this)
    is_hash = isinstance(node, exp.Anonymous) and str(node.name).upper() in _HASHES and node.expressions
    return bool(is_hash) and _is_salted(node.expressions[0])


def _named_function(session: Evaluator, name: str, node: exp.Expr) -> Value | None:
    arguments = list(node.expressions)
    if name in _TESTS and len(arguments) == 1:
        return _tests_role(session, session.evaluate(arguments[0]))
    return tainted(Taint.NULLNESS) if hides_value(node) else None


def _tests_role(session: Evaluator, role: Value) -> Value:
    if role.content is Symbol.ROLE:
        return TRUE
    if role.content is Symbol.ENTRY:
        return FALSE
    if not isinstance(role.content, str):
        return tainted(role.taint)
    name = role.content.strip().strip('"').upper()
    session.named_roles.add(name)
    return TRUE if is_public(name) or name in session.active_roles else FALSE


def _contains_role(session: Evaluator, node: exp.Expr) -> Value | None:
    """``ARRAY_CONTAINS('ROLE'::VARIANT, PARSE_JSON(CURRENT_AVAILABLE_ROLES()))``."""
    roles, item = node.this, node.expression
    if isinstance(roles, exp.ParseJSON) and isinstance(roles.this, exp.CurrentAvailableRoles):
        inner = item.this if isinstance(item, exp.Cast) else item
        return _tests_role(session, session.evaluate(inner))
    return None


def _cast(session: Evaluator, node: exp.Expr) -> Value | None:
    """A cast that changes nothing: a role name to text, or a condition to BOOLEAN."""
    if _is_text(node.args["to"]):
        return _same(session, node)
    inner = session.evaluate(node.this)
    return inner if node.args["to"].is_type("boolean") and isinstance(inner.content, bool | None) else None


def _same(session: Evaluator, node: exp.Expr) -> Value | None:
    """A function that changes no more than case or surrounding space of a role name; NULL stays NULL."""
    inner = session.evaluate(node.this)
    if inner.content is None:
        return inner
    return inner if inner.content in (Symbol.ROLE, Symbol.USER, Symbol.ENTRY) else None


def _is_salted(hashed: exp.Expr) -> bool:
    """Whether a salt is part of the input of SHA-2; without, a reader confirms guesses of the value."""
    parts = hashed.expressions if isinstance(hashed, exp.Concat) else list(_concatenated(hashed))
    return any(
        isinstance(part, exp.Literal) and part.args.get("is_string") and len(str(part.this)) >= MIN_SALT
        for part in parts
    )


def _concatenated(node: exp.Expr) -> Iterator[exp.Expr]:
    while isinstance(node, exp.DPipe):
        yield node.expression
        node = node.this
    yield node


def _is_text(kind: exp.Expr) -> bool:
    return isinstance(kind, exp.DataType) and kind.is_type(*exp.DataType.TEXT_TYPES) and not kind.expressions
