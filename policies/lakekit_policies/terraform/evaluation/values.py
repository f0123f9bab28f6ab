"""Values of Terraform expressions as Python values, and their conversions.

A set is an ``HclSet``; tuples and lists are lists, objects and maps dictionaries. ``UNKNOWN`` is a value that is not
decided here, whether or not Terraform knows it.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints#conversion-of-primitive-types
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

MAX_SIZE: Final = 100_000
"""Longest text, and most elements of a collection, that are evaluated."""
_CALL: Final = re.compile(r"(list|set|map)\((.*)\)", re.DOTALL)


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


class HclSet(list[Any]):
    """The elements of a set of texts, numbers or booleans in the order in which Terraform lists them."""


class EvaluationError(ValueError):
    """Terraform reports an error for the expression, which ``try`` and ``can`` handle."""


class UndecidedError(ValueError):
    """The expression is not decided here."""


def has_unknown(value: Any, left: list[int] | None = None) -> bool:
    """Whether a value, or a part of it, is unknown.

    Raises:
        UndecidedError: it has too many parts.
    """
    left = [MAX_SIZE] if left is None else left
    left[0] -= 1
    if left[0] < 0:
        raise UndecidedError("too large")
    if isinstance(value, dict):
        return any(has_unknown(one, left) for one in value.values())
    return any(has_unknown(one, left) for one in value) if isinstance(value, list) else value is UNKNOWN


def is_scalar(value: Any) -> bool:
    """Whether a value is a text, a number, a boolean or null."""
    return value is None or isinstance(value, str | bool | int | float)


def kind(value: Any) -> type | None:
    """Type of a primitive value: str, bool or float; None for null.

    Raises:
        UndecidedError: it is unknown or a collection.
    """
    if not is_scalar(value):
        raise UndecidedError("no primitive value")
    if value is None or isinstance(value, str | bool):
        return None if value is None else type(value)
    return float


def to_text(value: Any) -> str:
    """The text that a primitive value converts to.

    Raises:
        EvaluationError: null or a collection.
        UndecidedError: it is unknown, or a number that is not whole.
    """
    if value is UNKNOWN or isinstance(value, float):
        raise UndecidedError("no text")
    if value is None or isinstance(value, dict | list):
        raise EvaluationError("no text")
    return str(value).lower() if isinstance(value, bool) else str(value)


def to_bool(value: Any) -> bool:
    """The boolean of a condition.

    Raises:
        EvaluationError: a text that is none, null, or a collection.
        UndecidedError: it is unknown.
    """
    if value in ("true", "false") and isinstance(value, str):
        return bool(value == "true")
    if isinstance(value, bool):
        return value
    if value is UNKNOWN or value in ("0", "1"):
        raise UndecidedError("no boolean")
    raise EvaluationError("no boolean")


def unified(values: Sequence[Any]) -> list[Any]:
    """The elements with one type: texts if there are texts beside other primitive values.

    Raises:
        UndecidedError: collections of different forms, or booleans beside numbers.
    """
    if all(map(is_scalar, values)):
        kinds = {kind(one) for one in values} - {None}
        if len(kinds) < 2:
            return list(values)
        if str not in kinds:
            raise UndecidedError("no common type")
        return [one if one is None else to_text(one) for one in values]
    if len(values) == 1 or len({_form(one) for one in values}) == 1:
        return list(values)
    raise UndecidedError("no common type")


def _form(value: Any) -> Any:
    """The form of a value; equal ones have the same type."""
    if isinstance(value, dict):
        return "object", tuple(sorted((name, _form(one)) for name, one in value.items()))
    if isinstance(value, list):
        return type(value).__name__, tuple(_form(one) for one in value)
    found = kind(value)
    if found is None:
        raise UndecidedError("null has any type")
    return found.__name__


def chosen(value: Any, other: Any) -> Any:
    """The value of a condition, converted to the type of both.

    Raises:
        UndecidedError: their common type is not decided.
    """
    if value is None or value in ([], {}) or other is None:
        return value
    if is_scalar(value) and is_scalar(other):
        return unified([value, other])[0]
    if isinstance(value, dict) and isinstance(other, dict):
        if value.keys() == other.keys():
            return {name: chosen(one, other[name]) for name, one in value.items()}
        return dict(zip(value, unified([*value.values(), *other.values()]), strict=False))
    if not (isinstance(value, list) and isinstance(other, list)):
        raise UndecidedError("no common type")
    return _chosen_list(value, other)


def _chosen_list(value: list[Any], other: list[Any]) -> list[Any]:
    if isinstance(value, HclSet) or isinstance(other, HclSet):
        if type(value) is type(other) or other == []:
            return to_set(unified([*value, *other])[: len(value)])
        raise UndecidedError("no common type")
    if len(value) == len(other):
        return [chosen(one, two) for one, two in zip(value, other, strict=True)]
    return unified([*value, *other])[: len(value)]


def to_set(values: Sequence[Any]) -> HclSet:
    """The set of primitive values.

    Raises:
        UndecidedError: there are others.
    """
    same = unified(values)
    if not all(map(is_scalar, same)) or None in same:
        raise UndecidedError("no set of primitive values")
    return HclSet(sorted(set(same)))


def converted(value: Any, constraint: Any) -> Any:
    """A value of a variable with its type constraint; parts that the constraint can change in other ways are unknown.

    Args:
        value: the value as given.
        constraint: ``type`` of the variable.
    """
    text = re.sub(r"\s+", "", str(constraint or "any")).removeprefix("${").removesuffix("}")
    if value is None or text == "any":
        return value
    try:
        found = _CALL.fullmatch(text)
        return _collection(value, found[1], found[2]) if found else _primitive(value, text)
    except (ValueError, TypeError):
        return UNKNOWN


def _primitive(value: Any, constraint: str) -> Any:
    if constraint == "number":
        return value if kind(value) is float else int(value)
    return {"string": to_text, "bool": to_bool}.get(constraint, lambda _: UNKNOWN)(value)


def _collection(value: Any, constraint: str, inner: str) -> Any:
    if constraint == "map":
        return {name: converted(one, inner) for name, one in value.items()} if isinstance(value, dict) else UNKNOWN
    items = [converted(one, inner) for one in value] if isinstance(value, list) else UNKNOWN
    return to_set(items) if constraint == "set" and isinstance(items, list) else items
