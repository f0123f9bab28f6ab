"""Texts that an unknown value can be, as far as a check can tell.

A check compares values with its constants: ``TLS``, ``CUSTOMER_MANAGED_KMS_KEY``. It is certain to fail on an unknown
value only if it fails with each of these, and with a text that equals whatever it is compared with: two unknown values
can be two different texts.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final

_MOST: Final = 40
"""Most constants of a check that are tried."""
_LONGEST: Final = 80
"""Longest constant that can be the value of an argument; others are messages."""


class AnyText(str):
    """A text in place of an unknown value.

    Args:
        content: what it contains for searches, conversions and look-ups.
        equals: whether it equals whatever it is compared with.
        differs: whether it differs from whatever it is compared with. It may do both: a check can ask both questions
            of one value, and each of two values.
        scalar: what stands for arguments that are a boolean or a number; the text itself if None.
        is_true: its truth value.
    """

    __slots__ = ("_differs", "_equals", "_is_true", "scalar")
    _equals: bool
    _differs: bool
    _is_true: bool
    scalar: bool | None

    def __new__(
        cls, content: str = "", *, equals: bool, differs: bool, scalar: bool | None = None, is_true: bool = True
    ) -> AnyText:
        text = super().__new__(cls, content)
        text._equals, text._differs, text.scalar, text._is_true = equals, differs, scalar, is_true
        return text

    def __eq__(self, other: object) -> bool:
        return self._equals

    def __ne__(self, other: object) -> bool:
        return self._differs

    def __hash__(self) -> int:
        return hash(str.__str__(self))

    def __bool__(self) -> bool:
        return self._is_true


_ANY: Final = (
    *(
        AnyText(equals=equals, differs=differs, scalar=scalar)
        for equals, differs in ((True, False), (False, True), (True, True))
        for scalar in (None, True, False)
    ),
    *(AnyText(equals=True, differs=True, scalar=scalar, is_true=False) for scalar in (None, True, False)),
)


@cache
def texts(check: Any) -> tuple[str, ...]:
    """What an unknown value can be for a check: any text, or each constant that the check can compare with."""
    return (*_ANY, *_constants(check))


def _constants(check: Any) -> list[str]:
    found: dict[str, None] = {}
    for cls in type(check).__mro__:
        module = sys.modules.get(cls.__module__)
        if module is None or not cls.__module__.startswith(("checkov.terraform", "lakekit")):
            continue
        for member in vars(cls).values():
            function = getattr(member, "fget", member)
            if isinstance(function, FunctionType):
                found |= dict.fromkeys(_of_code(function.__code__, vars(module)))
            else:
                found |= dict.fromkeys(_of_value(member))
    found |= dict.fromkeys(part for value in vars(check).values() for part in _of_value(value))
    return [one for one in found if len(one) <= _LONGEST and " " not in one][:_MOST]


def _of_code(code: CodeType, names: dict[str, Any]) -> Iterator[str]:
    """The constants of a function, and those of its module that it names."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _of_code(constant, names)
        else:
            yield from _of_value(constant)
    for name in code.co_names:
        value = names.get(name)
        if isinstance(value, FunctionType) and value.__module__ == names.get("__name__"):
            yield from _of_value(value.__code__.co_consts)
        else:
            yield from _of_value(value)


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict):
        yield from _each((*value, *value.values()))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from _each(value)


def _each(values: Iterable[Any]) -> Iterator[str]:
    for one in values:
        yield from _of_value(one)
