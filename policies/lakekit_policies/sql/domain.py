"""What is known about the result of an expression, and whether the protected value can be read from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, IntFlag
from functools import reduce
from typing import Final, TypeAlias


class Symbol(Enum):
    """Values that are not constants, but about which something is known."""

    ROLE = "the session's current role"
    """Not equal to any named role, except possibly PUBLIC."""
    ROLES = "the roles of the session's user"
    USER = "the session's user"
    ENTRY = "a column of an entitlement table"
    """Names roles or users other than those of the session."""
    UNKNOWN = "unknown"


Constant: TypeAlias = str | bool | Decimal | None


class Taint(IntFlag):
    """What of the protected row a result depends on."""

    NONE = 0
    NULLNESS = 1
    """Whether the value is NULL, or how long it is."""
    OTHER = 2
    """Another column of the signature."""
    VALUE = 4


@dataclass(frozen=True, slots=True)
class Value:
    """Result of an expression: a constant or a symbol, and what it depends on."""

    content: Constant | Symbol
    taint: Taint = Taint.NONE

    @property
    def is_constant(self) -> bool:
        return not isinstance(self.content, Symbol)

    @property
    def never_true(self) -> bool:
        """Whether a condition with this result is FALSE or NULL."""
        return self.content is False or self.content is None


TRUE: Final = Value(True)
FALSE: Final = Value(False)
NULL: Final = Value(None)
UNKNOWN: Final = Value(Symbol.UNKNOWN)


def tainted(taint: Taint) -> Value:
    return Value(Symbol.UNKNOWN, taint)


def join(*values: Value, implicit: Taint = Taint.NONE) -> Value:
    """A result that is one of several; ``implicit`` is what the choice depends on."""
    taint = reduce(lambda found, value: found | value.taint, values, implicit)
    contents = {(type(value.content), value.content) for value in values}
    content = values[0].content if len(contents) == 1 else Symbol.UNKNOWN
    return Value(content, taint)


def negate(value: Value) -> Value:
    if isinstance(value.content, bool):
        return Value(not value.content, value.taint)
    return NULL if value.content is None else tainted(value.taint)


def conjunction(values: list[Value]) -> Value:
    """AND: FALSE if one is, whatever the others are."""
    if any(value.content is False for value in values):
        return FALSE
    return _all_or_none(values, neutral=True)


def disjunction(values: list[Value]) -> Value:
    """OR: TRUE if one is, whatever the others are."""
    if any(value.content is True for value in values):
        return TRUE
    return _all_or_none(values, neutral=False)


def _all_or_none(values: list[Value], *, neutral: bool) -> Value:
    rest = [value for value in values if value.content is not neutral]
    if not rest:
        return Value(neutral)
    if all(value.content is None for value in rest):
        return NULL
    # NULL together with an unknown operand is NULL, or FALSE (AND) or TRUE (OR): unknown.
    return join(*rest) if len(rest) == 1 else tainted(join(*rest).taint)


def is_public(name: str) -> bool:
    """Whether a role name, with or without quotes, is PUBLIC, which every session has."""
    return name.strip().strip('"').strip().upper() in ("PUBLIC", "")


def equal(left: Value, right: Value) -> Value:  # noqa: PLR0911  # one return for each pair of kinds
    """Comparison with ``=``."""
    taint = left.taint | right.taint
    if left.content is None or right.content is None:
        return NULL
    if left.is_constant and right.is_constant:
        return Value(left.content == right.content) if _comparable(left.content, right.content) else tainted(taint)
    symbols = {content for content in (left.content, right.content) if isinstance(content, Symbol)}
    if Symbol.UNKNOWN in symbols:
        return tainted(taint)
    if len(symbols) == 1 and left.content == right.content:
        return TRUE if symbols & {Symbol.ROLE, Symbol.USER} else tainted(taint)
    if symbols in ({Symbol.ROLE, Symbol.ENTRY}, {Symbol.USER, Symbol.ENTRY}):
        return FALSE
    constant = left.content if left.is_constant else right.content
    if symbols == {Symbol.ROLE} and isinstance(constant, str) and not is_public(constant):
        return FALSE
    return tainted(taint)


def compare(operator: str, left: Value, right: Value) -> Value:
    """Comparison with ``<``, ``<=``, ``>`` or ``>=``."""
    if left.content is None or right.content is None:
        return NULL
    if isinstance(left.content, Decimal) and isinstance(right.content, Decimal):
        difference = left.content - right.content
        return Value({"<": difference < 0, "<=": difference <= 0, ">": difference > 0, ">=": difference >= 0}[operator])
    return tainted(left.taint | right.taint)


def _comparable(left: object, right: object) -> bool:
    return type(left) is type(right)
