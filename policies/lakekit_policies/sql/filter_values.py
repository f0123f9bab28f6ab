"""Values of columns that represent all rows for a filter, and comparisons of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from itertools import pairwise
from typing import Final, TypeAlias

from sqlglot import exp

from lakekit_policies.sql.parse import SqlError, sql

Scalar: TypeAlias = str | bool | Decimal


class _Missing(Enum):
    MISSING = "missing"


MISSING: Final = _Missing.MISSING
Operand: TypeAlias = Scalar | _Missing | None

_LIMITS: Final = {"tinyint": 7, "smallint": 15, "int": 31, "integer": 31}
"""Bits of integer types; bigint and unknown types have 63."""
_WHOLE: Final = (*_LIMITS, "bigint", "long")
_NUMBERS: Final = (*_WHOLE, "decimal", "double", "float", "real", "numeric")
_SENTINELS: Final = 31
"""Types with at least this many bits hold their lowest and highest value only as a mark, such as "no end"."""
_DATES: Final = ("date", "timestamp")
_FIRST_DAY: Final = Decimal(693_595)
"""1 January 1900: rows with an earlier date are not expected."""
_END_OF_DAYS: Final = Decimal(3_652_059)
"""The end of year 9999, the usual date of what has no end."""
_ORDINARY: Final = ("0", "9", "A", "Q", "Z", "a", "q", "z", "zzzz", "Zq0", "q9 Z")
"""Strings that stand for the values of a column: letters and digits."""


MAX_PATTERNS: Final = 40
"""LIKE patterns that are combined in pairs; a filter has at most 2048 characters."""


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


def representatives(
    atoms: Iterable[exp.Expr],
    holds: Callable[[exp.Expr, Scalar], bool | str | None],
    kind: str,
    shared: Iterable[Scalar | None] | None,
) -> list[Scalar]:
    """One value of a column for each combination of comparisons that some value satisfies.

    Args:
        atoms: comparisons of the column.
        holds: evaluates a comparison for a value.
        kind: type of the column; "" if not known.
        shared: constants of other columns that the column is compared with; None if it is compared with constants
            only, and then equivalent values are left out.
    """
    found = list(atoms)
    constants = [
        scalar(node)
        for atom in found
        for node in atom.find_all(exp.Literal, exp.Boolean, exp.Neg, exp.Cast)
        if not isinstance(node.parent, exp.Cast)
    ]
    moments = [day for atom in found for node in atom.find_all(exp.Cast) if (day := moment(node)) is not None]
    if moments:
        kind = "date" if all(day % 1 == 0 for day in moments) else "timestamp"
    patterns = [
        str(atom.expression.this)
        for atom in found
        if isinstance(atom, (exp.Like, exp.ILike)) and isinstance(atom.expression, exp.Literal)
    ]
    known = [*constants, *(shared or ())]
    candidates = _candidates(map(_number, known) if base_type(kind) in _NUMBERS else known, patterns, kind)
    if shared is not None:
        return candidates
    classes: dict[tuple[bool | str | None, ...], Scalar] = {}
    for value in candidates:
        classes.setdefault(tuple(holds(atom, value) for atom in found), value)
    return list(classes.values())


def base_type(kind: str) -> str:
    """A type without its arguments: ``decimal`` for ``decimal(38,2)``."""
    return kind.lower().partition("(")[0].strip()


def _number(value: Scalar | None) -> Scalar | None:
    """A number in quotes as a number: it is compared with a column of numbers."""
    try:
        return Decimal(value) if isinstance(value, str) else value
    except InvalidOperation:
        return value


def _candidates(constants: Iterable[Scalar | None], patterns: Iterable[str], kind: str) -> list[Scalar]:
    known = [value for value in constants if value is not None]
    numbers = sorted({value for value in known if isinstance(value, Decimal)})
    texts = sorted({value for value in known if isinstance(value, str)})
    values: list[Scalar] = []
    if any(isinstance(value, bool) for value in known):
        values += [True, False]
    if numbers:
        values += _around(numbers, kind)
    if texts or not values:
        between = [f"{text}q" for text in texts]
        below = [f"{text[:-1]}{chr(ord(text[-1]) - 1)}q" for text in texts if text and text[-1].isalnum()]
        matching = _matching(list(dict.fromkeys(patterns)), [*texts, *between, *below])
        values += [text for text in [*_ORDINARY, *texts, *between, *below, *matching] if text]
    return values


def _matching(patterns: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Strings that match one of the patterns, two of them, or one and lie beside a constant."""
    filled = [_fill(pattern, "q") for pattern in patterns]
    few = [*filled[:MAX_PATTERNS], *texts[: 3 * MAX_PATTERNS]]
    both = [_fill(pattern, text) for pattern in patterns[:MAX_PATTERNS] for text in ["", *few]]
    return [*filled, *both]


def _fill(pattern: str, text: str) -> str:
    return "".join({"%": text, "_": "q"}.get(part, part) for part in pattern)


def _around(numbers: Sequence[Decimal], kind: str) -> list[Scalar]:
    """The constants, their neighbours and the values between them, inside of the type."""
    base = base_type(kind)
    bits = _LIMITS.get(base, 63)
    limit = Decimal(2) ** bits - (1 if bits >= _SENTINELS else 0)
    step = Decimal(1) if base in (*_WHOLE, "date") else Decimal("0.5")
    first, end = (_FIRST_DAY, _END_OF_DAYS) if base in _DATES else (-limit, limit)
    near = {value + delta for value in numbers for delta in (-step, 0, step)}
    between = {(low + high) / 2 for low, high in pairwise(numbers)}
    if step == 1:
        between = {value.to_integral_value() for value in between}
    # A value outside of the type is replaced by the nearest one inside.
    return sorted({min(max(value, first), end - step) for value in near | between})
