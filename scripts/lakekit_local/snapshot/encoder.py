"""Write a graph of objects as a flat list of nodes.

Every mutable object is a node, referred to as ``[number]``, so that shared objects and cycles stay what they are and
nothing is nested deeply. Immutable values are written where they occur: strings, numbers, booleans and null as they
are, others as a list of a tag and its content.
"""

from __future__ import annotations

import collections
import io
import itertools
import tempfile
import threading
import types
import weakref
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final

from lakekit_local.snapshot import allowed, callables
from lakekit_local.snapshot.errors import UnsupportedStateError
from lakekit_local.snapshot.references import StrongReference
from lakekit_local.snapshot.scalars import ENCODERS, INSTANCE_ENCODERS

Node = list[Any]

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_LOCKS: Final = {type(threading.Lock()): "lock", type(threading.RLock()): "rlock"}
# Clients of Docker; moto creates them again when it needs one.
_TRANSIENT_ATTRIBUTES: Final = frozenset({"_DockerModel__docker_client"})
_MAX_NESTED_TUPLES: Final = 100


def encode(root: Any) -> dict[str, Any]:
    """Return the document of an object graph.

    Raises:
        UnsupportedStateError: The graph has an object of a class that is not allowed.
    """
    return _Encoder().document(root)


class _Encoder:
    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._objects: list[Any] = []  # in the order of their numbers; keeps them alive, so that ids stay unique
        self._classes: dict[type, int] = {}

    def document(self, root: Any) -> dict[str, Any]:
        start = self._value(root)
        nodes: list[Node] = []
        for number in itertools.count():
            if number == len(self._objects):
                break
            nodes.append(self._node(self._objects[number]))
        classes = [allowed.class_name(kind) for kind in self._classes]
        return {"classes": classes, "root": start, "nodes": nodes}

    def _value(self, value: Any, depth: int = 0) -> Any:
        """Return the JSON of a value, which is never a dictionary."""
        kind = type(value)
        if kind in _PLAIN:
            return value
        number = self._numbers.get(id(value))
        if number is not None:
            return [number]
        if depth > _MAX_NESTED_TUPLES:
            raise UnsupportedStateError("tuples are nested too deeply")
        immutable = self._immutable(value, kind, depth)
        if immutable is not None:
            return immutable
        if kind in weakref.ProxyTypes:
            return self._value(value.__repr__.__self__, depth + 1)
        number = len(self._objects)
        self._numbers[id(value)] = number
        self._objects.append(value)
        return [number]

    def _immutable(self, value: Any, kind: type, depth: int) -> list[Any] | None:  # noqa: PLR0911  one per tag
        if kind in ENCODERS and kind is not bytearray:
            tag, write = ENCODERS[kind]
            return [tag, *write(value)]
        if kind is tuple:
            return ["tuple", [self._value(item, depth + 1) for item in value]]
        if kind is frozenset:
            return ["frozenset", [self._key(item, depth + 1) for item in value]]
        if isinstance(value, type):
            return self._class(value)
        if isinstance(value, Enum):
            return ["enum", self._class_number(kind), value.name]
        if isinstance(value, (str, int, float)):
            return ["subclass", self._class_number(kind), allowed.layout(kind)(value)]
        if isinstance(value, tuple):
            return ["named_tuple", self._class_number(kind), [self._value(item, depth + 1) for item in value]]
        if isinstance(value, types.FunctionType):
            return ["function", callables.function_name(value)]
        if isinstance(value, types.MethodType):
            owner, name = _owner(value), callables.method_name(value)
            return ["method", self._value(value.__self__, depth + 1), self._class_number(owner), name]
        for kinds, tag, write in INSTANCE_ENCODERS:
            if isinstance(value, kinds):
                return [tag, *write(value)]
        return None

    def _class(self, kind: type) -> list[Any]:
        if allowed.FACTORY_TYPES.get(kind.__name__) is kind:
            return ["type", kind.__name__]
        return ["class", self._class_number(kind)]

    def _class_number(self, kind: type) -> int:
        allowed.class_name(kind)
        return self._classes.setdefault(kind, len(self._classes))

    def _node(self, value: Any) -> Node:
        kind = type(value)
        if kind is dict:
            return self._dictionary(value)
        if kind is list:
            return ["list", self._values(value)]
        if kind is set:
            return ["set", [self._key(item) for item in value]]
        if kind in _LOCKS:
            return [_LOCKS[kind]]
        standard = self._standard_library(value, kind)
        return self._instance(value, kind) if standard is None else standard

    def _standard_library(self, value: Any, kind: type) -> Node | None:  # noqa: PLR0911  one per class
        if kind is collections.OrderedDict or kind is collections.Counter:
            return [kind.__name__, self._pairs(value)]
        if kind is collections.defaultdict:
            return ["defaultdict", self._factory(value), self._pairs(value)]
        if kind is collections.deque:
            return ["deque", value.maxlen, self._values(value)]
        if kind is bytearray:
            return ["bytearray", *ENCODERS[kind][1](value)[:1]]
        if kind is threading.Condition:
            return ["condition"]
        if kind is threading.Event:
            return ["event", value.is_set()]
        if kind is weakref.ref or kind is StrongReference:
            return ["reference", self._value(value())]
        if kind is weakref.WeakValueDictionary:
            return ["weak_values", self._pairs(value)]
        if kind is tempfile.SpooledTemporaryFile or kind is io.BytesIO:
            return ["spooled_file" if kind is tempfile.SpooledTemporaryFile else "bytes_io", *_file_content(value)]
        if kind is types.SimpleNamespace:
            return ["namespace", self._state(value)]
        if kind is object:
            return ["sentinel"]
        return None

    def _factory(self, value: collections.defaultdict[Any, Any]) -> Any:
        factory = value.default_factory
        if isinstance(factory, type) and not allowed.is_factory(factory):
            raise UnsupportedStateError(f"{factory.__module__}:{factory.__qualname__} is the default of a dictionary")
        return self._value(factory)

    def _instance(self, value: Any, kind: type) -> Node:
        number = self._class_number(kind)
        if not hasattr(value, "__dict__"):
            raise UnsupportedStateError(f"an instance of {kind.__module__}:{kind.__qualname__} has no attributes")
        state = self._state(value)
        if isinstance(value, dict):
            factory = self._factory(value) if isinstance(value, collections.defaultdict) else None
            return ["instance", number, state, self._pairs(value), factory]
        if isinstance(value, collections.deque):
            return ["instance", number, state, self._values(value), value.maxlen]
        if isinstance(value, list):
            return ["instance", number, state, self._values(value)]
        if isinstance(value, set):
            return ["instance", number, state, [self._key(item) for item in value]]
        return ["instance", number, state]

    def _state(self, value: Any) -> dict[str, Any]:
        attributes = object.__getattribute__(value, "__dict__")
        kind: type = type(value)
        for name in attributes:
            if callables.is_method(kind, name):
                raise UnsupportedStateError(f"{kind.__qualname__}.{name} is a method")
        return {name: None if name in _TRANSIENT_ATTRIBUTES else self._value(v) for name, v in attributes.items()}

    def _dictionary(self, value: dict[Any, Any]) -> Node:
        if all(type(key) is str for key in value):
            return ["dict", {key: self._value(item) for key, item in value.items()}]
        return ["dict", self._pairs(value)]

    def _key(self, key: Any, depth: int = 0) -> Any:
        if type(key) in _PLAIN:
            return key
        if not allowed.is_safe_key(key):
            raise UnsupportedStateError(f"an instance of {type(key).__module__}:{type(key).__qualname__} as a key")
        return self._value(key, depth)

    def _pairs(self, value: Mapping[Any, Any]) -> list[list[Any]]:
        items = dict.items(value) if isinstance(value, dict) else value.items()
        return [[self._key(key), self._value(item)] for key, item in items]

    def _values(self, value: Iterable[Any]) -> list[Any]:
        return [self._value(item) for item in value]


def _owner(method: types.MethodType) -> type:
    """Return the class of a method's object, whether it is bound to an instance or to the class."""
    if isinstance(method.__self__, type):
        raise UnsupportedStateError(f"class method {method.__qualname__} is not allowed")
    return type(method.__self__)


def _file_content(file: Any) -> list[Any]:
    """Content and position; no position if the file is closed, as the value of a deleted S3 object is."""
    if file.closed:
        return ["", None]
    position = file.tell()
    file.seek(0)
    content = file.read()
    file.seek(position)
    return [ENCODERS[bytes][1](content)[0], position]
