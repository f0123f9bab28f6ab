"""Read a graph of objects from its document, without executing any code of the restored classes.

Three passes: allocate every node; set the attributes of instances; fill the containers. A container is filled last,
because hashing its keys can need the attributes of a key.
"""

from __future__ import annotations

import base64
import collections
import io
import tempfile
import threading
import types
import weakref
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from lakekit_local.snapshot import allowed, callables
from lakekit_local.snapshot.errors import InvalidContentError
from lakekit_local.snapshot.references import StrongReference
from lakekit_local.snapshot.scalars import DECODERS

_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_SPOOLED_BYTES: Final = 512 * 1024  # as moto.s3.models.FakeKey


def decode(document: dict[str, Any]) -> Any:
    """Return the object graph of a document.

    Raises:
        InvalidContentError: The document has an unknown kind, class, function or reference.
        Exception: Any other error of a damaged document, such as ValueError.
    """
    return _Decoder(document).root()


class _Decoder:
    def __init__(self, document: dict[str, Any]) -> None:
        self._classes = [allowed.find_class(name) for name in document["classes"]]
        self._nodes: list[list[Any]] = document["nodes"]
        self._root = document["root"]
        self._objects = [_ALLOCATORS[node[0]](node, self._classes) for node in self._nodes]

    def root(self) -> Any:
        filled: list[tuple[Any, list[Any]]] = []
        for created, node in zip(self._objects, self._nodes, strict=True):
            kind = node[0]
            if kind == "instance":
                self._set_attributes(created, node[2])
                if len(node) > 3:
                    filled.append((created, node))
            elif kind == "namespace":
                self._set_attributes(created, node[1])
            elif kind == "reference":
                created.target = self._value(node[1])
            elif len(node) > 1:
                filled.append((created, node))
        for created, node in filled:
            self._fill(created, node)
        return self._value(self._root)

    def _set_attributes(self, created: Any, state: dict[str, Any]) -> None:
        attributes = object.__getattribute__(created, "__dict__")
        value = self._value
        kind: type = type(created)
        for name, item in state.items():
            if callables.is_method(kind, name):
                raise InvalidContentError(f"{kind.__qualname__}.{name} is a method")
            attributes[name] = item if type(item) in _PLAIN else value(item)

    def _fill(self, created: Any, node: list[Any]) -> None:
        value = self._value
        kind = node[0]
        content = node[3] if kind == "instance" else node[-1]
        if isinstance(created, dict):
            if isinstance(created, collections.defaultdict):
                created.default_factory = self._factory(node[4] if kind == "instance" else node[1])
            pairs = content.items() if type(content) is dict else content
            # The method of the base class: classes of moto override the operator.
            ordered = isinstance(created, collections.OrderedDict)
            store = collections.OrderedDict.__setitem__ if ordered else dict.__setitem__
            for key, item in pairs:
                store(created, self._key(key), item if type(item) in _PLAIN else value(item))
        elif isinstance(created, list):
            list.extend(created, [value(item) for item in content])
        elif isinstance(created, set):
            set.update(created, [self._key(item) for item in content])
        elif isinstance(created, collections.deque):
            collections.deque.extend(created, [value(item) for item in content])
        elif isinstance(created, weakref.WeakValueDictionary):
            for key, item in content:
                created[self._key(key)] = value(item)

    def _factory(self, content: Any) -> Any:
        factory = self._value(content)
        if factory is None or isinstance(factory, types.FunctionType) or allowed.is_factory(factory):
            return factory
        raise InvalidContentError("the default of a dictionary is not an allowed function")

    def _value(self, content: Any) -> Any:  # noqa: PLR0911, PLR0912  one branch per tag
        if type(content) in _PLAIN:
            return content
        if type(content) is not list or not content:
            raise InvalidContentError("a value is neither plain nor tagged")
        tag = content[0]
        if type(tag) is int:
            if tag < 0 or len(content) != 1:
                raise InvalidContentError("invalid reference")
            return self._objects[tag]
        if tag in DECODERS:
            return DECODERS[tag](*content[1:])
        match content:
            case ["tuple", list(items)]:
                return tuple([self._value(item) for item in items])
            case ["frozenset", list(items)]:
                return frozenset([self._key(item) for item in items])
            case ["type", str(name)] if name in allowed.FACTORY_TYPES:
                return allowed.FACTORY_TYPES[name]
            case ["class", int(number)]:
                return self._class(number)
            case ["enum", int(number), str(name)]:
                return self._enum(self._class(number), name)
            case ["subclass", int(number), (str() | int() | float()) as plain]:
                kind = self._class(number)
                return _base_of(kind, (str, int, float)).__new__(kind, plain)
            case ["named_tuple", int(number), list(items)]:
                kind = self._class(number)
                return _base_of(kind, (tuple,)).__new__(kind, [self._value(item) for item in items])
            case ["function", str(name)]:
                return callables.find_function(name)
            case ["method", list(owner), int(number), str(name)]:
                return self._method(self._value(owner), self._class(number), name)
        raise InvalidContentError(f"unknown value {str(content)[:60]}")

    def _key(self, content: Any) -> Any:
        if type(content) in _PLAIN:
            return content
        key = self._value(content)
        if not allowed.is_safe_key(key):
            raise InvalidContentError(f"{type(key).__qualname__} is not allowed as a key")
        return key

    def _class(self, number: int) -> type:
        if number < 0:
            raise InvalidContentError("invalid class number")
        return self._classes[number]

    @staticmethod
    def _enum(kind: type, name: str) -> Enum:
        if not issubclass(kind, Enum) or name not in kind.__members__:
            raise InvalidContentError(f"{kind.__qualname__} has no member {name!r}")
        return kind.__members__[name]

    @staticmethod
    def _method(owner: Any, kind: type, name: str) -> Any:
        if type(owner) is not kind:
            raise InvalidContentError(f"method {name!r} of another class")
        return types.MethodType(callables.find_method(kind, name), owner)


def _base_of(kind: type, layouts: tuple[type, ...]) -> Any:
    base = allowed.layout(kind)
    if base not in layouts or issubclass(kind, Enum):
        raise InvalidContentError(f"{kind.__qualname__} is of another kind")
    return base


def _instance(node: list[Any], classes: list[type]) -> Any:
    number = node[1]
    if type(number) is not int or number < 0:
        raise InvalidContentError("invalid class number")
    kind = classes[number]
    if issubclass(kind, collections.defaultdict):
        return collections.defaultdict.__new__(kind)
    if issubclass(kind, collections.OrderedDict):
        return collections.OrderedDict.__new__(kind)
    base = _base_of(kind, (dict, list, set, collections.deque, object))
    if base is collections.deque:
        created: Any = collections.deque.__new__(kind)
        set_content: Any = collections.deque.__init__
        set_content(created, (), node[4])
        return created
    return base.__new__(kind)


def _condition(_node: list[Any], _classes: list[type]) -> Any:
    return threading.Condition()


def _event(node: list[Any], _classes: list[type]) -> Any:
    event = threading.Event()
    if node[1] is True:
        event.set()
    return event


def _spooled_file(node: list[Any], _classes: list[type]) -> Any:
    file = tempfile.SpooledTemporaryFile(_SPOOLED_BYTES)  # noqa: SIM115  moto closes it with its object
    file.write(base64.b64decode(node[1], validate=True))
    return _at_position(file, node[2])


def _bytes_io(node: list[Any], _classes: list[type]) -> Any:
    return _at_position(io.BytesIO(base64.b64decode(node[1], validate=True)), node[2])


def _at_position(file: Any, position: Any) -> Any:
    """Move a file to its position; close it if it has none."""
    if position is None:
        file.close()
    else:
        file.seek(int(position))
    return file


_ALLOCATORS: Final[dict[str, Callable[[list[Any], list[type]], Any]]] = {
    "dict": lambda _node, _classes: {},
    "list": lambda _node, _classes: [],
    "set": lambda _node, _classes: set(),
    "OrderedDict": lambda _node, _classes: collections.OrderedDict(),
    "Counter": lambda _node, _classes: collections.Counter(),
    "defaultdict": lambda _node, _classes: collections.defaultdict(),
    "deque": lambda node, _classes: collections.deque(maxlen=node[1]),
    "bytearray": lambda node, _classes: bytearray(base64.b64decode(node[1], validate=True)),
    "lock": lambda _node, _classes: threading.Lock(),
    "rlock": lambda _node, _classes: threading.RLock(),
    "condition": _condition,
    "event": _event,
    "reference": lambda _node, _classes: StrongReference(),
    "weak_values": lambda _node, _classes: weakref.WeakValueDictionary(),
    "spooled_file": _spooled_file,
    "bytes_io": _bytes_io,
    "namespace": lambda _node, _classes: types.SimpleNamespace(),
    "sentinel": lambda _node, _classes: object(),
    "instance": _instance,
}
