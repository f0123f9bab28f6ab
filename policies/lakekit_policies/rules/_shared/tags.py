"""Required tags."""

from __future__ import annotations

from typing import Final

from lakekit_policies.terraform import stack_context

# Stacks of a domain also require the tag domain.
REQUIRED: Final = (
    *("organization", "environment", "owner", "cost-center", "stack", "managed-by"),
    *("data-product", "classification"),
)

REQUIRED_ANYWHERE: Final = ("owner", "cost-center")
"""Required tags of external configurations; the others describe the Lakekit stack of a resource."""


def required() -> tuple[str, ...]:
    """Required tags of resources in the evaluated stack."""
    if not stack_context.current().stack:
        return REQUIRED_ANYWHERE
    return (*REQUIRED, "domain") if stack_context.current().domain else REQUIRED
