"""Send assignments to properties of resources once, before the first message that can depend on them.

A construct that collects statements assigns the whole document again with each statement: `policy.policy = text`. Only
the last text matters, so an assignment is kept here until another message could read it, and a later one replaces it.

Node checks the type of what is assigned. The first text that is assigned to a property of a class is therefore sent at
once; Node accepts every other text for the same property, so no error is reported late.
"""

from importlib import import_module
from typing import Any, Final

from lakekit.bindings import hooks

REQUIRED: Final = (
    hooks.RequiredName("jsii._runtime", "kernel", None, "assignments"),
    hooks.RequiredName(
        "jsii._kernel.types", "CreateRequest", ("fqn", "args", "overrides", "interfaces"), "assignments"
    ),
    hooks.RequiredName("jsii._kernel.types", "GetRequest", ("objref", "property"), "assignments"),
    hooks.RequiredName("jsii._kernel.types", "SetRequest", ("objref", "property", "value"), "assignments"),
    hooks.RequiredName("jsii._kernel.types", "SetResponse", (), "assignments"),
    hooks.RequiredName("jsii._kernel.types", "InvokeRequest", ("objref", "method", "args"), "assignments"),
)

_PROVIDERS: Final = "@cdktf/provider-"
_KNOWN: Final = (_PROVIDERS, "cdktf.", "constructs.")
"""Prefixes of classes in JavaScript whose constructors and methods are known."""
_INDEPENDENT_PROPERTIES: Final = frozenset({"node", "fqn", "friendlyUniqueId", "terraformResourceType"})
"""Properties of a resource whose values depend on none of its arguments."""
_INDEPENDENT_METHODS: Final = frozenset({"addDependency", "addOverride", "findAll", "findChild", "tryFindChild"})
"""Methods that read no argument of a resource."""


def install() -> None:
    """Collect assignments of texts to properties of the providers' resources."""
    if hooks.enabled("assignments") and all(required.is_met() for required in REQUIRED):
        process = import_module("jsii._runtime").kernel.provider._process
        process.send = _Assignments(process.send)


class _Assignments:
    """Replaces the function of jsii that sends a message and returns the answer."""

    def __init__(self, send: Any) -> None:
        types = import_module("jsii._kernel.types")
        self._send = send
        self._create, self._get, self._invoke = types.CreateRequest, types.GetRequest, types.InvokeRequest
        self._set, self._done = types.SetRequest, types.SetResponse
        self._accepted: set[tuple[str, str]] = set()
        """Class in JavaScript and property to which Node has accepted a text."""
        self._overriding: set[str] = set()
        """References of objects whose Python class overrides members."""
        self._pending: dict[str, dict[str, Any]] = {}
        """Messages by reference and property, in order."""

    def __call__(self, request: Any, response_type: Any) -> Any:
        if type(request) is self._set:
            return self._assign(request, response_type)
        if self._pending and not self._is_independent(request):
            self._flush()
        answer = self._send(request, response_type)
        if type(request) is self._create and request.overrides:
            self._overriding.add(getattr(answer, "ref", ""))
        return answer

    def _assign(self, request: Any, response_type: Any) -> Any:
        reference = request.objref.ref
        kind = (reference.rpartition("@")[0], request.property)
        is_text = type(request.value) is str and reference.startswith(_PROVIDERS)
        if is_text and kind in self._accepted and reference not in self._overriding:
            self._pending.setdefault(reference, {})[request.property] = request
            return self._done()
        self._flush()
        answer = self._send(request, response_type)
        if is_text:
            self._accepted.add(kind)
        return answer

    def _is_independent(self, request: Any) -> bool:
        """Whether no answer to a message, and nothing that it does, depends on arguments of resources."""
        kind = type(request)
        if kind is self._create:
            return not request.overrides and request.fqn.startswith(_KNOWN)
        if kind is self._get:
            reference = request.objref.ref
            return request.property in _INDEPENDENT_PROPERTIES or (
                reference not in self._pending and reference.startswith((_PROVIDERS, "constructs."))
            )
        if kind is self._invoke:
            return request.method in _INDEPENDENT_METHODS and request.objref.ref.startswith(_KNOWN)
        return False

    def _flush(self) -> None:
        while self._pending:
            for request in self._pending.pop(next(iter(self._pending))).values():
                self._send(request, self._done)
