"""The tags that every resource carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lakekit.environment import Environment


SHARED_DATA_PRODUCT = "platform"
"""The tag `data-product` of what serves all products: no line of a bill is without one."""


def default_tags(
    environment: Environment,
    *,
    stack: str,
    owner: str,
    cost_center: str,
    classification: str,
    data_product: str = SHARED_DATA_PRODUCT,
    domain: str | None = None,
) -> dict[str, str]:
    """Default tags of a stack's provider: whose it is, who pays, which data it serves; then the environment's own.

    A resource that knows better says so itself: the bucket of a zone has the zone's classification.
    """
    return {
        "organization": environment.organization,
        "environment": environment.name,
        "owner": owner,
        "cost-center": cost_center,
        "stack": stack,
        "managed-by": "lakekit",
        "data-product": data_product,
        "classification": classification,
        **environment.tags,
        **({"domain": domain} if domain else {}),
    }
