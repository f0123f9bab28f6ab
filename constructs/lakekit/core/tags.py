"""Default tags of all resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lakekit.environment import Environment


SHARED_DATA_PRODUCT = "platform"
"""Tag `data-product` of resources that serve all data products, so that every cost has one."""

MAX_OBJECT_TAGS = 10
"""Tags of an S3 object (S3 user guide, "Categorizing your objects using tags")."""


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
    """Return the default tags of a stack's provider; the tags of the environment are added to them.

    Resources override single tags: the bucket of a zone has the classification of the zone.
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
