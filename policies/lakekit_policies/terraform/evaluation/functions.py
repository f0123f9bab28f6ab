"""Functions of Terraform with known arguments.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any, Final

from lakekit_policies.terraform.evaluation.text_functions import TEXT_FUNCTIONS
from lakekit_policies.terraform.evaluation.values import (
    MAX_SIZE,
    UNKNOWN,
    EvaluationError,
    HclSet,
    UndecidedError,
    is_scalar,
    kind,
    to_bool,
    to_set,
    to_text,
    unified,
)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise UndecidedError("no list")
    return list(value)


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UndecidedError("no map")
    return value


def _length(value: Any) -> int:
    if isinstance(value, list | dict):
        return len(value)
    if isinstance(value, str) and value.isascii():
        return len(value)
    raise UndecidedError("no length")


def _one(value: Any) -> Any:
    items = _list(value)
    if len(items) > 1:
        raise EvaluationError("several elements")
    return items[0] if items else None


def _compact(value: Any) -> list[Any]:
    return [text for one in _list(value) if one is not None and (text := to_text(one))]


def _concat(*values: Any) -> list[Any]:
    if any(isinstance(one, HclSet) for one in values):
        raise UndecidedError("a set has no order")
    return [item for one in values for item in _list(one)]


def _coalesce(*values: Any) -> Any:
    same = unified(values)
    for one in same:
        if one is not None and one != "":
            return one
    raise EvaluationError("no value")


def _coalescelist(*values: Any) -> Any:
    for one in values:
        if _list(one):
            return one
    raise EvaluationError("no value")


def _contains(collection: Any, value: Any) -> bool:
    items = _list(collection)
    if not is_scalar(value) or not all(map(is_scalar, items)) or not {*map(type, items)} <= {type(value)}:
        raise UndecidedError("types differ")
    return value in items


def _flatten(value: Any) -> list[Any]:
    found: list[Any] = []
    for one in _list(value):
        found += _flatten(one) if isinstance(one, list) else [one]
    return found


def _merge(*values: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in values:
        found |= {} if one is None else _map(one)
    return found


def _values(value: Any) -> list[Any]:
    return [one for _, one in sorted(_map(value).items())]


def _lookup(collection: Any, key: Any, *default: Any) -> Any:
    found = _map(collection)
    if to_text(key) in found:
        return found[to_text(key)]
    if not default:
        raise EvaluationError("no such key")
    (other,) = default
    if other not in ([], {}) and found and not (is_scalar(other) and {kind(other)} == {*map(kind, found.values())}):
        raise UndecidedError("a map converts the default")
    return other


def _element(collection: Any, position: Any) -> Any:
    items = _list(collection)
    if isinstance(collection, HclSet) or type(position) is not int or not items or position < 0:
        raise UndecidedError("no element")
    return items[position % len(items)]


def _to_list(value: Any) -> list[Any]:
    return list(unified(_list(value)))


def _to_map(value: Any) -> dict[str, Any]:
    found = _map(value)
    return dict(zip(found, unified(list(found.values())), strict=True))


def _to_number(value: Any) -> Any:
    if value is None or type(value) is int:
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    raise UndecidedError("no number")


def _distinct(value: Any) -> list[Any]:
    same = unified(_list(value))
    if not all(map(is_scalar, same)):
        raise UndecidedError("no primitive values")
    return list(dict.fromkeys(same))


def _range(*bounds: Any) -> list[int]:
    if not 1 <= len(bounds) <= 2 or any(type(one) is not int for one in bounds):
        raise UndecidedError("other bounds")
    start, end = bounds if len(bounds) == 2 else (0, bounds[0])
    if end < start or end - start > MAX_SIZE:
        raise UndecidedError("other bounds")
    return list(range(start, end))


def _reverse(value: Any) -> list[Any]:
    if isinstance(value, HclSet):
        raise UndecidedError("a set has no order")
    return _list(value)[::-1]


def _sort(value: Any) -> list[str]:
    return sorted(to_text(one) for one in _list(value))


def _slice(value: Any, start: Any, end: Any) -> list[Any]:
    items = _list(value)
    if isinstance(value, HclSet) or type(start) is not int or type(end) is not int:
        raise UndecidedError("no positions")
    if not 0 <= start <= end <= len(items):
        raise EvaluationError("no such positions")
    return items[start:end]


def _setproduct(*values: Any) -> list[list[Any]]:
    if len(values) < 2 or any(isinstance(one, HclSet) for one in values):
        raise UndecidedError("a set has no order")
    size = 1
    for one in values:
        size *= len(_list(one))
    if size > MAX_SIZE:
        raise UndecidedError("too large")
    return [list(one) for one in product(*(_distinct(value) for value in values))]


def _setunion(*values: Any) -> HclSet:
    return to_set([item for one in values for item in _list(one)])


def _zipmap(names: Any, values: Any) -> dict[str, Any]:
    if len(_list(names)) != len(_list(values)):
        raise EvaluationError("numbers differ")
    return dict(zip(map(to_text, names), values, strict=True))


def _same(value: Any) -> Any:
    return value


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    **TEXT_FUNCTIONS,
    "alltrue": lambda value: all(one is not None and to_bool(one) for one in _list(value)),
    "anytrue": lambda value: any(one is not None and to_bool(one) for one in _list(value)),
    "coalesce": _coalesce,
    "compact": _compact,
    "contains": _contains,
    "distinct": _distinct,
    "flatten": _flatten,
    "setproduct": _setproduct,
    "setunion": _setunion,
    "sort": _sort,
    "tobool": lambda value: None if value is None else to_bool(value),
    "tonumber": _to_number,
    "toset": lambda value: to_set(_list(value)),
    "tostring": lambda value: None if value is None else to_text(value),
}
"""Functions of which every argument must be known, and every part of it."""

STRUCTURAL: Final[dict[str, Callable[..., Any]]] = {
    "coalescelist": _coalescelist,
    "concat": _concat,
    "element": _element,
    "keys": lambda value: sorted(_map(value)),
    "length": _length,
    "lookup": _lookup,
    "merge": _merge,
    "nonsensitive": _same,
    "one": _one,
    "range": _range,
    "reverse": _reverse,
    "sensitive": _same,
    "slice": _slice,
    "tolist": _to_list,
    "tomap": _to_map,
    "values": _values,
    "zipmap": _zipmap,
}
"""Functions that pass elements, which can be unknown."""


def call(name: str, arguments: list[Any], has_unknown: Callable[[Any], bool]) -> Any:
    """The value of a function that is neither ``try`` nor ``can``.

    Raises:
        EvaluationError: Terraform reports an error.
        UndecidedError: the function, or this use of it, is not evaluated.
    """
    if any(one is UNKNOWN for one in arguments):
        return UNKNOWN
    if name in STRUCTURAL:
        return STRUCTURAL[name](*arguments)
    if name not in FUNCTIONS:
        raise UndecidedError(name)
    return UNKNOWN if any(map(has_unknown, arguments)) else FUNCTIONS[name](*arguments)
