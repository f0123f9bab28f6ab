"""References that constructs resolve internally: one construct per stack and name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct
from lakekit.core.stack import stack_of

T = TypeVar("T", bound=Construct)

_REFERENCES: Final[WeakKeyDictionary[Construct, dict[tuple[type[Construct], str], Construct]]] = WeakKeyDictionary()


def shared_reference(scope: Construct, kind: type[T], name: str, create: Callable[[Construct], T]) -> T:
    """Return the reference to `name` that the stack has already, or create it.

    Args:
        scope: a construct of the stack.
        kind: class of the reference.
        name: what the reference names.
        create: called with the scope of the new reference: a construct `References` of the stack, where no id of
            user code can collide.
    """
    stack = stack_of(scope)
    known = _REFERENCES.setdefault(stack, {})
    found = known.get((kind, name))
    if found is None:
        parent = stack.node.try_find_child("References") or Construct(stack, "References")
        found = known[kind, name] = create(parent)  # type: ignore[arg-type]  # IConstruct of jsii
    return found  # type: ignore[return-value]  # the key holds the class
