"""Request values that never change once: the node of a construct, its id and path, and the type of a resource."""

import functools
from collections.abc import Callable
from typing import Any, Final

from lakekit.bindings import hooks

_ATTRIBUTE: Final = "__lakekit_constants__"
_PROVIDERS: Final = "@cdktf/provider-"
_NODE: Final = "constructs.Node@"
_OF_NODE: Final = frozenset({"id", "path"})

_types: dict[str, str] = {}
"""Types of resources in Terraform, by the name of the class in JavaScript."""


def install() -> None:
    """Remember `node` of constructs, `id` and `path` of nodes, and `terraform_resource_type` of provider classes."""
    if hooks.enabled("constants"):
        hooks.wrap("get", _remember)


def _remember(get: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    @functools.wraps(get)
    def get_once(obj: Any, property: str) -> Any:
        if property == "terraformResourceType":
            return _type_of(get, obj)
        if property == "node" or (property in _OF_NODE and obj.__jsii_ref__.ref.startswith(_NODE)):
            known = obj.__dict__.get(_ATTRIBUTE)
            if known is None:
                known = obj.__dict__[_ATTRIBUTE] = {}
            if property not in known:
                value = get(obj, property)
                if property == "node" and not value.__jsii_ref__.ref.startswith(_NODE):
                    return value
                known[property] = value
            return known[property]
        return get(obj, property)

    return get_once


def _type_of(get: Callable[[Any, str], Any], resource: Any) -> Any:
    name, _, _ = resource.__jsii_ref__.ref.rpartition("@")
    if not name.startswith(_PROVIDERS):
        return get(resource, "terraformResourceType")
    if name not in _types:
        _types[name] = get(resource, "terraformResourceType")
    return _types[name]
