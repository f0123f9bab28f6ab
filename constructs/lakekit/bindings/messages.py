"""Write and read jsii's most frequent messages without its generic converter.

A synth of thousands of resources is one `create` and one or two `get` messages for each. jsii passes every message
through cattrs, which inspects each value of a configuration again; the values have been converted to JSON before. These
messages stay the same, byte for byte. All others, errors and callbacks go through jsii's converter. jsii also makes a
new JSON encoder and decoder for each message, and looks for overridden methods in generated classes.

A configuration has some thirty arguments, of which a program sets a few. jsii sends the others as null, which its
kernel drops: null and a missing key are the same for an optional property. Here they are not sent.
"""

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

from lakekit.bindings import attributes, hooks
from lakekit.bindings.bytecode_cache import PACKAGES

_REQUIRED: Final = (
    hooks.RequiredName("jsii._runtime", "kernel", None, "messages"),
    hooks.RequiredName("jsii._kernel", "_make_reference_for_native", ("kernel", "d"), "messages"),
    hooks.RequiredName("jsii._kernel", "_get_overides", ("klass", "obj"), "messages"),
    hooks.RequiredName("jsii._kernel.providers.process", "json", None, "messages"),
    hooks.RequiredName("jsii._kernel.providers.process", "jdefault", ("obj",), "messages"),
    hooks.RequiredName("jsii._kernel.providers.process", "ohook", ("d",), "messages"),
    hooks.RequiredName("jsii._runtime", "python_jsii_mapping", ("cls",), "messages"),
    hooks.RequiredName("jsii._kernel.providers.process", "_OkayResponse", ("ok",), "messages"),
    hooks.RequiredName("jsii._kernel.providers.process", "_ProcessResponse", None, "messages"),
    hooks.RequiredName("jsii._kernel.providers.process", "_unstructure_ref", ("value",), "messages"),
    hooks.RequiredName("jsii._kernel.types", "ObjRef", ("ref", "interfaces"), "messages"),
    hooks.RequiredName("jsii._kernel.types", "CreateRequest", ("fqn", "args", "overrides", "interfaces"), "messages"),
    hooks.RequiredName("jsii._kernel.types", "GetRequest", ("objref", "property"), "messages"),
    hooks.RequiredName("jsii._kernel.types", "SetRequest", ("objref", "property", "value"), "messages"),
    hooks.RequiredName("jsii._kernel.types", "InvokeRequest", ("objref", "method", "args"), "messages"),
    hooks.RequiredName("jsii._kernel.types", "CreateResponse", ("ref", "interfaces"), "messages"),
    hooks.RequiredName("jsii._kernel.types", "GetResponse", ("value",), "messages"),
    hooks.RequiredName("jsii._kernel.types", "InvokeResponse", ("result",), "messages"),
)
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


class _UnsupportedValueError(TypeError, AttributeError):
    """A value that cannot be passed to Node, without the name of its argument."""


def install() -> None:
    """Replace the converter of the running kernel, and the conversion of arguments.

    A release of jsii with other messages keeps its converter, which is slower and equally correct.
    """
    if not hooks.enabled("messages") or not all(required.is_met() for required in _REQUIRED):
        return
    kernel_module: Any = import_module("jsii._kernel")
    process = import_module("jsii._runtime").kernel.provider._process
    if not hasattr(process, "_serializer"):
        return
    process._serializer = _Converter(process._serializer)
    kernel_module._make_reference_for_native = _convert_arguments(kernel_module._make_reference_for_native)
    kernel_module._get_overides = _find_overrides(kernel_module._get_overides)
    process_module: Any = import_module("jsii._kernel.providers.process")
    process_module.json = _codec(process_module)


def _codec(process: Any) -> SimpleNamespace:
    """`json` with one encoder and one decoder, for what jsii calls of it."""
    encode, decode = (
        json.JSONEncoder(default=process.jdefault).encode,
        json.JSONDecoder(object_hook=process.ohook).decode,
    )

    def dumps(message: Any, **_: Any) -> str:
        return encode(message)

    def loads(line: bytes, object_hook: Any = None) -> Any:
        # Without a hook: the standard error of Node.
        return decode(line.decode()) if object_hook is process.ohook else json.loads(line)

    return SimpleNamespace(dumps=dumps, loads=loads)


def _find_overrides(find: Callable[[Any, Any], list[Any]]) -> Callable[[Any, Any], list[Any]]:
    """Wrap jsii's search for methods that a Python class overrides: a generated class overrides none."""

    def find_overrides(klass: Any, obj: Any) -> list[Any]:
        return [] if getattr(type(obj), "__jsii_declared_type__", None) is not None else find(klass, obj)

    return find_overrides


def _convert_arguments(convert: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Wrap jsii's conversion of arguments, which looks for attributes of jsii on every string and number.

    It also reads every argument of a configuration through a property that evaluates the argument's type.
    """
    properties: dict[type, Mapping[str, str] | None] = {}

    def convert_arguments(kernel: Any, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return value
        if kind not in properties:
            properties[kind] = _generated_properties(kind)
        names = properties[kind]
        values = getattr(value, "_values", None) if names else None
        if names and type(values) is dict:
            try:
                given = {
                    name: convert_arguments(kernel, values[python])
                    for python, name in names.items()
                    if python in values
                }
            except _UnsupportedValueError as unnamed:
                found = (python for python in names if _has_unsupported(convert_arguments, kernel, values.get(python)))
                raise TypeError(f"{kind.__name__}: {next(found)} is {unnamed}") from unnamed
            # jsii reads an object without any key as a missing one.
            if given:
                return {"$jsii.struct": {"fqn": kind.__jsii_type__, "data": given}}
        try:
            return convert(kernel, value)
        except AttributeError as error:
            if error.obj is kind and error.name == "__jsii_type__":
                raise _UnsupportedValueError(f"{kind.__name__} {value!r:.80}, which has no JSON") from error
            raise

    return convert_arguments


def _has_unsupported(convert: Callable[[Any, Any], Any], kernel: Any, value: Any) -> bool:
    try:
        convert(kernel, value)
    except TypeError:
        return True
    return False


def _generated_properties(kind: type) -> Mapping[str, str] | None:
    """Names in JavaScript by those in Python, of a configuration class that jsii has generated; None for others."""
    mapping: Mapping[str, str] | None = import_module("jsii._runtime").python_jsii_mapping(kind)
    return mapping if kind.__module__.partition(".")[0] in PACKAGES else None


class _Converter:
    """jsii's cattrs converter, with shortcuts for frequent messages."""

    def __init__(self, converter: Any) -> None:
        self._converter = converter
        types = import_module("jsii._kernel.types")
        process: Any = import_module("jsii._kernel.providers.process")
        self._okay, self._response = process._OkayResponse, process._ProcessResponse
        self._reference_type = types.ObjRef
        reference = process._unstructure_ref
        self._writers: dict[type, Callable[[Any], dict[str, Any] | None]] = {
            types.CreateRequest: _write_create,
            types.GetRequest: lambda sent: {
                "objref": reference(sent.objref),
                "property": sent.property,
                "api": "get",
            },
            types.SetRequest: lambda sent: {
                "objref": reference(sent.objref),
                "property": sent.property,
                "value": sent.value,
                "api": "set",
            },
            types.InvokeRequest: lambda sent: {
                "objref": reference(sent.objref),
                "method": sent.method,
                "args": sent.args,
                "api": "invoke",
            },
        }
        self._create = types.CreateResponse
        self._results = {types.GetResponse: "value", types.InvokeResponse: "result"}

    def unstructure(self, sent: Any) -> Any:
        """Return a message as a dictionary."""
        writer = self._writers.get(type(sent))
        written = writer(sent) if writer else None
        return self._converter.unstructure(sent) if written is None else written

    def structure(self, received: Any, wanted: Any) -> Any:
        """Return a received dictionary as the wanted type."""
        if wanted is self._response:
            if type(received) is dict and received.keys() == {"ok"}:
                return self._okay(received["ok"])
        elif wanted is self._create:
            if type(received) is dict and attributes.CREATED in received:
                received = attributes.remember(received)
            if type(received) is self._reference_type:
                return wanted(received.ref)
        elif wanted in self._results:
            name = self._results[wanted]
            if type(received) is dict and received.keys() == {name}:
                return wanted(received[name])
        return self._converter.structure(received, wanted)


def _write_create(sent: Any) -> dict[str, Any] | None:
    if sent.overrides:
        return None  # a Python class that overrides methods of its base class
    written = {"fqn": sent.fqn, "args": sent.args, "overrides": [], "interfaces": sent.interfaces, "api": "create"}
    if wanted := attributes.wanted(sent.fqn):
        written[attributes.WANTED] = wanted
    return written
