"""Values of a column that represent all values for a filter: at, below and above every constant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Final

from sqlglot import exp

from lakekit_policies.sql.filter_values import Scalar, moment, scalar

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
