"""The tags that everything carries."""

from __future__ import annotations

from typing import Final

from lakekit_policies import context

REQUIRED: Final = ("organization", "environment", "owner", "cost-center", "stack", "managed-by")

OF_ANY: Final = ("owner", "cost-center")
"""What a configuration owes that Lakekit did not make: the rest says where in Lakekit a resource comes from."""


def required() -> tuple[str, ...]:
    """The tags that resources of the stack being judged must have."""
    return REQUIRED if context.current().stack else OF_ANY
