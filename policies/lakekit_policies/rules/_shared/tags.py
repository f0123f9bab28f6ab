"""The tags that everything carries."""

from __future__ import annotations

from typing import Final

from lakekit_policies.terraform import stack_context

# A team's stack owes its domain as well: whose data products its resources make.
REQUIRED: Final = (
    *("organization", "environment", "owner", "cost-center", "stack", "managed-by"),
    *("data-product", "classification"),
)

REQUIRED_ANYWHERE: Final = ("owner", "cost-center")
"""What a configuration owes that Lakekit did not make: the rest says where in Lakekit a resource comes from."""


def required() -> tuple[str, ...]:
    """The tags that resources of the stack being judged must have."""
    if not stack_context.current().stack:
        return REQUIRED_ANYWHERE
    return (*REQUIRED, "domain") if stack_context.current().domain else REQUIRED
