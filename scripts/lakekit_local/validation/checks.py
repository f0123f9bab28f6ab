"""Checks of an operation's input, compiled once from the shapes of its model when the operation is first called.

botocore's own validator, which its clients run, checks required members, types and lower limits. These add enums,
patterns, lengths and ranges. Constraints: Smithy specification, "Constraint traits".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import botocore

from lakekit_local.validation.deviations import NORMALIZED
from lakekit_local.validation.patterns import MAX_SECONDS, matcher
from lakekit_local.validation.problem import Problem

Path = tuple[str, ...]
Check = Callable[[Any, Path, list[Problem]], None]

MAX_PROBLEMS: Final = 20
_NUMBERS: Final = ("integer", "long", "short", "byte", "float", "double", "bigdecimal", "biginteger")
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
}


class InputChecks:
    """The checks of one service's operations."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._by_shape: dict[str, Check] = {}

    def problems(self, operation: Any, params: Mapping[str, Any]) -> list[Problem]:
        """What the model of an operation does not admit in its parameters, at most `MAX_PROBLEMS`."""
        if operation.input_shape is None:
            return []
        found: list[Problem] = []
        self._check(operation.input_shape)(params, (), found)
        return found

    def _check(self, shape: Any) -> Check:
        """The check of a shape. A structure can contain itself, so that members are looked up when they are sent."""
        made = self._by_shape.get(shape.name)
        if made is None:
            made = self._by_shape[shape.name] = self._compile(shape)
        return made

    def _compile(self, shape: Any) -> Check:
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape)
        own = _scalar_checks(shape)
        if normalize := NORMALIZED.get((self._service, shape.name)):
            return lambda value, path, found: own(normalize(value), path, found)
        if kind == "list":
            return self._list(shape, own)
        if kind == "map":
            return self._map(shape, own)
        return _typed(shape, own)

    def _structure(self, shape: Any) -> Check:
        if getattr(shape, "is_document_type", False):
            return _no_check
        required = tuple(shape.required_members)
        members: Mapping[str, Any] = shape.members
        is_union = bool(getattr(shape, "is_tagged_union", False))

        def check(value: Any, path: Path, found: list[Problem]) -> None:
            if not isinstance(value, dict):
                found.append(_of_type(shape, path, value))
                return
            found += [
                Problem((*path, name), "Member must not be null", missing=True)
                for name in required
                if value.get(name) is None
            ]
            if is_union and len(value) != 1:
                found.append(Problem(path, f"Exactly one member must be set, out of: [{', '.join(members)}]"))
            for name, item in value.items():
                if len(found) >= MAX_PROBLEMS:
                    return
                member = members.get(name)
                if member is not None and item is not None:
                    self._check(member)(item, (*path, name), found)

        return check

    def _list(self, shape: Any, own: Check) -> Check:
        def check(value: Any, path: Path, found: list[Problem]) -> None:
            if not isinstance(value, list):
                found.append(_of_type(shape, path, value))
                return
            own(value, path, found)
            of_item = self._check(shape.member)
            for number, item in enumerate(value, 1):
                if len(found) >= MAX_PROBLEMS:
                    return
                of_item(item, (*path, str(number)), found)

        return check

    def _map(self, shape: Any, own: Check) -> Check:
        def check(value: Any, path: Path, found: list[Problem]) -> None:
            if not isinstance(value, dict):
                found.append(_of_type(shape, path, value))
                return
            own(value, path, found)
            of_key, of_value = self._check(shape.key), self._check(shape.value)
            for key, item in value.items():
                if len(found) >= MAX_PROBLEMS:
                    return
                of_key(key, path, found)
                if item is not None:
                    of_value(item, (*path, str(key)), found)

        return check


def _no_check(_value: Any, _path: Path, _found: list[Problem]) -> None:
    """Check nothing."""


def _of_type(shape: Any, path: Path, value: Any) -> Problem:
    return Problem(path, f"Member must be a {shape.type_name}, got {type(value).__name__}")


def _typed(shape: Any, own: Check) -> Check:
    types = _TYPES.get(shape.type_name)
    if types is None:
        return own

    def check(value: Any, path: Path, found: list[Problem]) -> None:
        if isinstance(value, types):
            own(value, path, found)
        elif not shape.serialization.get("jsonvalue"):
            found.append(_of_type(shape, path, value))

    return check


def _scalar_checks(shape: Any) -> Check:
    """Length or range, enum and pattern of a shape."""
    facts = shape.metadata
    kind = shape.type_name
    low, high = facts.get("min"), facts.get("max")
    measured = kind not in _NUMBERS
    enum = frozenset(facts.get("enum") or ())
    matches = matcher(facts["pattern"]) if kind == "string" and facts.get("pattern") else None
    if low is None and high is None and not enum and matches is None:
        return _no_check
    what = "length" if measured else "value"
    low_text = f"Member must have {what} greater than or equal to {low}"
    high_text = f"Member must have {what} less than or equal to {high}"
    low, high = (None if limit is None else float(limit) for limit in (low, high))
    sensitive = bool(facts.get("sensitive"))

    def check(value: Any, path: Path, found: list[Problem]) -> None:
        size = len(value) if measured else value
        text = None if sensitive else str(value)
        if low is not None and size < low:
            found.append(Problem(path, low_text, text))
        elif high is not None and size > high:
            found.append(Problem(path, high_text, text))
        elif matches is not None:
            try:
                fits = matches(value)
            except TimeoutError:
                late = f"its pattern could not be evaluated within {MAX_SECONDS} s: {facts['pattern']}"
                found.append(Problem(path, late, text))
                return
            if not fits:
                problem = f"Member must satisfy regular expression pattern: {facts['pattern']}"
                found.append(Problem(path, problem, text))
        if enum and value not in enum:
            known = f"Member must satisfy enum value set: [{', '.join(sorted(enum))}]"
            # Models can be older than AWS: the version shows whether the value may be newer.
            found.append(Problem(path, f"{known} (service model of botocore {botocore.__version__})", text))

    return check
