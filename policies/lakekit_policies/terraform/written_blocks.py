"""What the blocks of a stack state for an argument that the plan does not know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from lakekit_policies.boundary import references
from lakekit_policies.terraform import hcl_expressions

UNCLEAR: Final = object()
"""The blocks state more than references to the identity of a resource, or several of them."""


def reference(
    name: str, planned: Mapping[str, Any], written: Sequence[Mapping[str, Any]], identities: Collection[str]
) -> Any:
    """The reference that an unknown argument of a planned block is; None if the provider computes it.

    Args:
        name: the argument.
        planned: known values of the planned block.
        written: the blocks that it can come from. If one of them sets the argument to anything but a plain reference
            to the identity of a resource, it is unclear, whichever of them it comes from.
        identities: addresses of the resources that count.

    Returns:
        The reference without the key of the instance, None or ``UNCLEAR``.
    """
    stated = [identity(one.get(name), identities) for one in written]
    if any(one is UNCLEAR for one in stated):
        return UNCLEAR
    agreeing = {one for one, block in zip(stated, written, strict=True) if _agrees(block, planned)} or {*stated}
    return agreeing.pop() if len(agreeing) == 1 else UNCLEAR


def identity(value: Any, identities: Collection[str]) -> Any:
    """The reference to the identity of a resource that a value of a stack is, without the key of the instance.

    None for None, ``UNCLEAR`` for another value.
    """
    if value is None:
        return None
    expression = hcl_expressions.whole(value) if isinstance(value, str) else None
    if expression is None or not hcl_expressions.is_traversal(expression):
        return UNCLEAR
    reference = hcl_expressions.without_indexes(expression)
    is_of_resource = ".".join(reference.split(".")[:2]) in identities
    return reference if is_of_resource and references.membership("${" + reference + "}").is_inside else UNCLEAR


def _agrees(block: Mapping[str, Any], planned: Mapping[str, Any]) -> bool:
    """Whether a written block agrees with the known values of a planned one."""
    return all(
        planned.get(name) in (None, value)
        for name, value in block.items()
        if isinstance(value, str | int | float) and "${" not in str(value)
    )
