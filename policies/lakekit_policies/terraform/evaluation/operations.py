"""Indexes, operators and elements of values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lakekit_policies.terraform.evaluation.values import (
    UNKNOWN,
    EvaluationError,
    HclSet,
    UndecidedError,
    is_scalar,
    kind,
    to_text,
)


def elements(value: Any) -> Iterator[tuple[Any, Any]]:
    """Key and value of each element of a collection, in the order of Terraform.

    Raises:
        EvaluationError: it is no collection.
        UndecidedError: it is unknown.
    """
    if isinstance(value, HclSet):
        return ((one, one) for one in value)
    if isinstance(value, list):
        return iter(enumerate(value))
    if isinstance(value, dict):
        return iter(sorted(value.items()))
    if value is UNKNOWN:
        raise UndecidedError("unknown")
    raise EvaluationError("no collection")


def attribute(value: Any, key: Any) -> Any:
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if isinstance(value, HclSet) or (isinstance(value, list) and not isinstance(key, int | str)):
        raise UndecidedError("no index")
    if isinstance(value, dict):
        if to_text(key) not in value:
            raise EvaluationError("no such attribute")
        return value[to_text(key)]
    if isinstance(value, list) and not isinstance(key, bool):
        position = int(key) if isinstance(key, str) and key.isdigit() else key
        if not isinstance(position, int) or not 0 <= position < len(value):
            raise EvaluationError("no such element")
        return value[position]
    raise EvaluationError("no attributes")


def any_type(value: Any, left: list[int]) -> Any:
    """A value that a condition gives whatever the type of its other branch is: texts stay, numbers can become texts."""
    left[0] -= 1
    if left[0] < 0 or isinstance(value, HclSet):
        raise UndecidedError("no common type")
    if isinstance(value, dict):
        return {name: any_type(one, left) for name, one in value.items()}
    if isinstance(value, list):
        return [any_type(one, left) for one in value]
    return value if value is None or isinstance(value, str) else UNKNOWN


def equal(one: Any, other: Any) -> bool:
    if one is UNKNOWN or other is UNKNOWN:
        raise UndecidedError("unknown")
    if one is None or other is None:
        return one is other
    if not is_scalar(one) or not is_scalar(other):
        raise UndecidedError("types of collections")
    return kind(one) is kind(other) and bool(one == other)


def whole(value: Any) -> int:
    if type(value) is int:
        return value
    if value is None or isinstance(value, list | dict | bool):
        raise EvaluationError("no number")
    raise UndecidedError("no whole number")


def _divided(one: int, other: int) -> int:
    if other == 0 or one % other:
        raise UndecidedError("no whole number")
    return one // other


def _remainder(one: int, other: int) -> int:
    if one < 0 or other <= 0:
        raise UndecidedError("signs")
    return one % other


OPERATIONS: Final[dict[str, Any]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "/": _divided,
    "%": _remainder,
    "<": int.__lt__,
    ">": int.__gt__,
    "<=": int.__le__,
    ">=": int.__ge__,
}
