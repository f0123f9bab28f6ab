"""Receive attributes of a new resource with the answer to its creation, without a message for each.

A program that reads `bucket.id` of one bucket reads it of most buckets. The first resource of a class is asked; those
created afterwards send the attributes that have been read of the class before (see `node_sources.cjs`).

An attribute such as `id` is a token whose text contains the logical id at the time it is read. The value that was sent
with the creation is discarded when the program sets a property or calls a method of the resource, and read again.
Reading also fixes the logical id in Node, so before a method is called, Node reads an attribute that the program has
used from here. What is synthesized is therefore the same, `override_logical_id` included.
"""

import functools
from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from lakekit.bindings import hooks

WANTED: Final = "lakekit.attributes"
"""Key of a message: names of attributes to send with a creation, and of their values in its answer."""
CREATED: Final = "lakekit.created"
"""Key of the answer to a creation that sends attributes: the reference of the new object."""

_PROVIDERS: Final = "@cdktf/provider-"
_HARMLESS: Final = frozenset({"addOverride"})
"""Methods that change no attribute."""

_of_class: dict[str, dict[str, None]] = {}
"""Names of the attributes that have been read, by the name of a class in JavaScript; in order."""
_received: dict[str, dict[str, str]] = {}
"""Attributes that were sent with the creation, by reference."""
_expected: dict[str, None] = {}
"""References of objects whose attributes will be sent with a later answer (see `batches`)."""
_wait: list[Callable[[], None]] = []
"""Waits for these answers."""
_used: dict[str, str] = {}
"""An attribute that the program has used from here and Node has not read, by reference."""


def install() -> None:
    """Read attributes of resources of the providers from the answers to their creation."""
    if hooks.enabled("attributes"):
        hooks.wrap("get", _from_creation)
        hooks.wrap("set", _discard)
        hooks.wrap("invoke", _read_in_node)


def wanted(fqn: str) -> list[str] | None:
    """Attributes to send with the creation of an object of a class; None for none.

    Args:
        fqn: name of the class in JavaScript, such as `@cdktf/provider-aws.s3Bucket.S3Bucket`.
    """
    found = _of_class.get(fqn)
    return list(found) if found else None


def remember(answer: dict[str, Any]) -> Any:
    """Keep the attributes in the answer to a creation.

    Returns:
        The reference of the new object.
    """
    created = answer[CREATED]
    _received[created.ref] = answer[WANTED]
    return created


def wait_with(flush: Callable[[], None]) -> None:
    """Use a function to wait for attributes that are expected.

    Args:
        flush: waits for the answers to all creations.
    """
    _wait[:] = [flush]


def expect(reference: str) -> None:
    """Note that attributes of an object will be received.

    Args:
        reference: of the object.
    """
    _expected[reference] = None


def receive(reference: str, names: list[str], values: list[str | None]) -> None:
    """Keep the attributes of an object that has been created; those that have been discarded since are ignored.

    Args:
        reference: of the object.
        names: of its attributes.
        values: of its attributes; None for one that could not be read.
    """
    if reference in _expected:
        del _expected[reference]
        pairs = zip(names, values, strict=True)
        _received[reference] = {name: value for name, value in pairs if value is not None}


def _from_creation(get: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    @functools.wraps(get)
    def get_attribute(obj: Any, property: str) -> Any:
        reference = obj.__jsii_ref__.ref
        if reference in _expected and property in _of_class[reference.rpartition("@")[0]]:
            _wait[0]()
        known = _received.get(reference)
        if known and property in known:
            _used.setdefault(reference, property)
            return known[property]
        value = get(obj, property)
        # What is set (`bucketInput`) and what identifies the element (`fqn`, which Node keeps) is read from Node.
        if type(value) is str and reference.startswith(_PROVIDERS) and property != "fqn" and property[-5:] != "Input":
            _of_class.setdefault(reference.rpartition("@")[0], {})[property] = None
        return value

    return get_attribute


def _discard(set_property: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(set_property)
    def set_and_discard(obj: Any, property: str, value: Any) -> None:
        _forget(obj.__jsii_ref__.ref)
        set_property(obj, property, value)

    return set_and_discard


def _read_in_node(invoke: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(invoke)
    def invoke_after_reading(obj: Any, method: str, args: list[Any] | None = None) -> Any:
        if method not in _HARMLESS:
            reference = obj.__jsii_ref__.ref
            _forget(reference)
            if reference in _used:
                import_module("jsii").get(obj, _used.pop(reference))
        return invoke(obj, method, args)

    return invoke_after_reading


def _forget(reference: str) -> None:
    _received.pop(reference, None)
    _expected.pop(reference, None)
