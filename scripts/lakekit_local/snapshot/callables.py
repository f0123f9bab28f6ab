"""Functions and methods that a snapshot may name."""

from __future__ import annotations

import collections
import functools
import inspect
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, Final

from lakekit_local.snapshot.allowed import loaded_module
from lakekit_local.snapshot.errors import InvalidContentError, UnsupportedStateError

# The filters of `DescribeSecurityGroups`, which each security group of moto holds.
_FILTERS: Final = "moto.ec2.models.security_groups"


def empty_dictionary() -> dict[Any, Any]:
    """Return the default of `awslambda.LambdaStorage._aliases`."""
    return {}


def nested_dictionaries() -> Any:
    """Return the default of `ssm.SimpleSystemManagerBackend._resource_tags`."""
    return collections.defaultdict(dict)


# Functions in the state, by the name that the snapshot gives them. moto's lambdas are replaced by equal functions.
_FUNCTIONS: Final[dict[str, Callable[[], Callable[..., Any]]]] = {
    "moto.lakeformation.models:default_settings": lambda: _attribute("moto.lakeformation.models", "default_settings"),
    "moto.xray.models:SegmentCollection._new_trace_item": lambda: _attribute(
        "moto.xray.models", "SegmentCollection", "_new_trace_item"
    ),
    "empty_dictionary": lambda: empty_dictionary,
    "nested_dictionaries": lambda: nested_dictionaries,
}
_REPLACED: Final = {
    "moto.awslambda.models:LambdaStorage.__init__.<locals>.<lambda>": "empty_dictionary",
    "moto.ssm.models:SimpleSystemManagerBackend.__init__.<locals>.<lambda>": "nested_dictionaries",
    f"{__name__}:empty_dictionary": "empty_dictionary",
    f"{__name__}:nested_dictionaries": "nested_dictionaries",
}


def find_function(name: str) -> Callable[..., Any]:
    """Return an allowed function by its name in the snapshot.

    Raises:
        InvalidContentError: The function is not allowed.
    """
    if name not in _FUNCTIONS:
        raise InvalidContentError(f"function {name!r} is not allowed")
    return _FUNCTIONS[name]()


def function_name(function: Any) -> str:
    """Return the name of a function for the snapshot.

    Raises:
        UnsupportedStateError: The function is not allowed.
    """
    name = f"{function.__module__}:{function.__qualname__}"
    name = _REPLACED.get(name, name)
    if name not in _FUNCTIONS:
        raise UnsupportedStateError(f"function {name!r} is not allowed")
    return name


def find_method(kind: type, name: str) -> Callable[..., Any]:
    """Return a method that the state of moto contains, unbound.

    Raises:
        InvalidContentError: The method is not allowed: a forged state could call it.
    """
    module, found = kind.__module__, vars(kind).get(name)
    if module == _FILTERS and name.startswith("filter_") and isinstance(found, FunctionType):
        return found
    raise InvalidContentError(f"method {kind.__qualname__}.{name} is not allowed")


def method_name(method: MethodType) -> str:
    """Return the name of a bound method for the snapshot.

    Raises:
        UnsupportedStateError: The method is not allowed.
    """
    try:
        find_method(type(method.__self__), method.__name__)
    except InvalidContentError as error:
        raise UnsupportedStateError(str(error)) from None
    return method.__name__


@functools.cache
def is_method(kind: type, name: str) -> bool:
    """Whether a class defines a method or property of this name, which no attribute of an instance may replace."""
    found = inspect.getattr_static(kind, name, None)
    return isinstance(found, (FunctionType, classmethod, staticmethod, property))


def _attribute(module: str, *path: str) -> Any:
    found = loaded_module(module)
    for part in path:
        found = getattr(found, part)
    return found
