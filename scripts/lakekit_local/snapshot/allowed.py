"""Classes and functions that a snapshot may name. Everything else is rejected, by the writer and by the reader.

The reader never calls what it finds here: it allocates instances with the ``__new__`` of their built-in base type, so
no ``__init__``, ``__new__``, ``__setstate__`` or ``__reduce__`` of the class is executed. Modules are not imported on
behalf of a snapshot either; only the models of moto's services are, by `moto.backends`.
"""

from __future__ import annotations

import collections
import functools
import sys
from enum import Enum
from typing import Any, Final

from moto import backends

from lakekit_local.snapshot.errors import InvalidContentError, UnsupportedStateError
from lakekit_local.snapshot.finalizers import replace_finalizer

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

# Classes of moto that are defaults of dictionaries in its state: their constructors only set attributes.
_FACTORY_CLASSES: Final = frozenset(
    {
        "moto.apigateway.integration_parsers.unknown_parser:TypeUnknownParser",
        "moto.apigatewaymanagementapi.models:Connection",
        "moto.meteringmarketplace.models:CustomerDeque",
        "moto.meteringmarketplace.models:ResultDeque",
        "moto.sdb.models:FakeItem",
    }
)


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
    found: Any = loaded_module(module)
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
    for base in found.__mro__:
        if "__del__" in vars(base) and not replace_finalizer(base):
            raise InvalidContentError(f"class {name!r} has a finalizer")
    return kind


def is_factory(value: Any) -> bool:
    """Whether a class may be the default of a dictionary: the dictionary calls its constructor."""
    return isinstance(value, type) and (value in FACTORY_TYPES.values() or _full_name(value) in _FACTORY_CLASSES)


def layout(kind: type) -> type:
    """Return the built-in type that allocates instances of a class."""
    return next(base for base in LAYOUTS if issubclass(kind, base))


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


def loaded_module(module: str) -> Any:
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
