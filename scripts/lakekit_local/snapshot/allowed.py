"""Classes and functions that a snapshot may name. Everything else is rejected, by the writer and by the reader.

The reader never calls what it finds here: it allocates instances with the ``__new__`` of their built-in base type, so
no ``__init__``, ``__new__``, ``__setstate__`` or ``__reduce__`` of the class is executed. Modules are not imported on
behalf of a snapshot either; only the models of moto's services are, by `moto.backends`.
"""

from __future__ import annotations

import collections
import functools
import sys
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from moto import backends

from lakekit_local.snapshot.errors import InvalidContentError, UnsupportedStateError

# Packages of moto beside its services whose classes occur in the state of a service.
_SHARED_MODULES: Final = frozenset(
    {"moto.core.common_models", "moto.core.model", "moto.utilities.tagging_service", "moto.utilities.utils"}
)
# Classes outside of moto in the state of a service. Copies of `moto.utilities.utils.CaseInsensitiveDict`, such as the
# metadata of a copied S3 object, have the class that it extends.
_OTHER_CLASSES: Final = frozenset({"requests.structures:CaseInsensitiveDict"})
# Packages that `moto.backends` lists but that are no services, or that control the process itself.
_EXCLUDED_PACKAGES: Final = frozenset({"core", "moto_api", "moto_proxy", "moto_server", "utilities"})

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})

# Built-in types whose memory layout the classes of moto extend; instances are allocated by the first that matches.
LAYOUTS: Final[tuple[type, ...]] = (
    dict,
    list,
    set,
    frozenset,
    collections.deque,
    tuple,
    str,
    int,
    float,
    object,
)

FACTORY_TYPES: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (dict, list, set, str, int, float, bool, collections.OrderedDict, collections.Counter)
}


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


# Classes with a finalizer, and the types that the attributes used by it must have: a finalizer runs when a document
# is rejected halfway, too.
_FINALIZED: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "moto.s3.models:FakeKey": {
        "_value_buffer": ("tempfile:SpooledTemporaryFile", "io:BytesIO", "_io:BytesIO"),
        "multipart": ("moto.s3.models:FakeMultipart", "builtins:NoneType"),
    },
    "moto.ec2.models.instances:Instance": {"ec2_backend": ("moto.ec2.models:EC2Backend",)},
}


@functools.cache
def services() -> frozenset[str]:
    """Return the packages of moto's services."""
    return frozenset(backends.list_of_moto_modules()) - _EXCLUDED_PACKAGES


@functools.cache
def is_allowed_module(module: str) -> bool:
    """Whether the module defines models of a moto service."""
    if module in _SHARED_MODULES:
        return True
    package, _, rest = module.partition(".")
    service = rest.split(".", 1)[0]
    return package == "moto" and service in services()


@functools.cache
def class_name(kind: type) -> str:
    """Return the name of a class for the snapshot.

    Raises:
        UnsupportedStateError: The class is not allowed.
    """
    name = _full_name(kind)
    try:
        found = find_class(name)
    except InvalidContentError as error:
        raise UnsupportedStateError(str(error)) from None
    if found is not kind:
        raise UnsupportedStateError(f"{name} is another class of the same name")
    return name


@functools.cache
def find_class(name: str) -> type:
    """Return an allowed class by its name in the snapshot.

    Raises:
        InvalidContentError: The class is not allowed, or does not exist in this version of moto.
    """
    module, _, path = name.partition(":")
    if not is_allowed_module(module) and name not in _OTHER_CLASSES:
        raise InvalidContentError(f"class {name!r} is not one of moto's models")
    found: Any = _loaded_module(module)
    for part in path.split("."):
        found = vars(found).get(part)
        if not isinstance(found, type):
            raise InvalidContentError(f"class {name!r} does not exist")
    if found.__module__ != module:
        # An import of the module, such as threading.Thread or subprocess.Popen.
        raise InvalidContentError(f"class {name!r} is not defined there")
    if issubclass(found, type):
        raise InvalidContentError(f"class {name!r} is a metaclass")
    kind: type = found
    if hasattr(found, "__del__") and not any(_full_name(base) in _FINALIZED for base in found.__mro__):
        raise InvalidContentError(f"class {name!r} has a finalizer")
    return kind


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
    """Return a method that an allowed class defines, unbound.

    Raises:
        InvalidContentError: The class or its bases in moto define no such method.
    """
    for base in kind.__mro__:
        found = vars(base).get(name)
        if found is not None and is_allowed_module(base.__module__) and type(found) is type(find_method):
            method: Callable[..., Any] = found
            return method
    raise InvalidContentError(f"{kind.__qualname__} has no method {name!r}")


def layout(kind: type) -> type:
    """Return the built-in type that allocates instances of a class."""
    return next(base for base in LAYOUTS if issubclass(kind, base))


@functools.cache
def attribute_types(kind: type) -> dict[str, tuple[str, ...]]:
    """Return the types, by name, that attributes of a class with a finalizer must have."""
    return {key: types for base in kind.__mro__ for key, types in _FINALIZED.get(_full_name(base), {}).items()}


def is_allowed_attribute(kind: type, name: str, value: Any) -> bool:
    """Whether an attribute may have a value: any, but for those that a finalizer uses."""
    types = attribute_types(kind).get(name)
    return types is None or _full_name(type(value)) in types


def _full_name(kind: type) -> str:
    return f"{kind.__module__}:{kind.__qualname__}"


def is_safe_key(key: Any) -> bool:
    """Whether hashing and comparing a key runs no code on other objects than plain values.

    A few models of moto define ``__hash__`` and ``__eq__`` over their attributes; they are keys only if all of these
    are plain values.
    """
    kind = type(key)
    if isinstance(key, tuple) or kind is frozenset:
        return all(is_safe_key(item) for item in key)
    if isinstance(key, type) or not is_allowed_module(kind.__module__):
        return True
    own: Any = kind
    if isinstance(key, Enum) or (own.__hash__ is object.__hash__ and own.__eq__ is object.__eq__):
        return True
    attributes = getattr(key, "__dict__", {})
    return all(type(item) in _PLAIN for item in attributes.values())


def _loaded_module(module: str) -> Any:
    if module not in sys.modules and module.split(".")[1] in services():
        # Imports the models of the service, by moto's own table.
        load_service(module.split(".")[1])
    if module not in sys.modules:
        raise InvalidContentError(f"module {module!r} is not one of moto's models")
    return sys.modules[module]


def load_service(service: str) -> Any:
    """Return the backends of a moto service by the name of its package.

    Raises:
        InvalidContentError: moto has no such service.
    """
    if service not in services():
        raise InvalidContentError(f"moto has no service {service!r}")
    get_backend: Any = backends.get_backend  # one overload per service
    try:
        return get_backend(service)
    except AttributeError:
        raise InvalidContentError(f"moto has no service {service!r}") from None


def _attribute(module: str, *path: str) -> Any:
    found = _loaded_module(module)
    for part in path:
        found = getattr(found, part)
    return found
