"""Asks Node once for what never changes of an object.

A property of a jsii object is a call to Node each time it is read, and a construct reads the `id` of its bucket a
dozen times. Of the properties below, the answer stays the same as long as the object lives.
"""

from collections.abc import Callable
from typing import Any, Final

OBJECT_PROPERTIES: Final = frozenset({"node", "id", "arn"})
"""A construct's node; the id of a node; the attributes that a reference to a resource mostly names."""

CLASS_PROPERTY: Final = "terraformResourceType"
"""The same for all objects of a binding's class."""

_KEPT: Final = "__lakekit_fixed__"
_BINDINGS: Final = "cdktf_cdktf_provider_"


def memoize_properties(get: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    """A way to read a property that asks once for what is fixed.

    Args:
        get: `jsii.get`.
    """
    types: dict[type, Any] = {}

    def got(made: Any, name: str) -> Any:
        if name in OBJECT_PROPERTIES:
            kept = made.__dict__.setdefault(_KEPT, {})
            if name not in kept:
                kept[name] = get(made, name)
            return kept[name]
        if name == CLASS_PROPERTY and type(made).__module__.startswith(_BINDINGS):
            if type(made) not in types:
                types[type(made)] = get(made, name)
            return types[type(made)]
        return get(made, name)

    return got
