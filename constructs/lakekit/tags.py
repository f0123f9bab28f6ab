"""The tags that every resource carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lakekit.environment import Environment


def default_tags(
    environment: Environment, *, stack: str, owner: str, cost_center: str, domain: str | None = None
) -> dict[str, str]:
    """Default tags of a stack's provider: whose it is, who pays, what made it; then the environment's own.

    A team's stack is a data product, or a few of one domain: its resources say which.
    """
    return {
        "organization": environment.organization,
        "environment": environment.name,
        "owner": owner,
        "cost-center": cost_center,
        "stack": stack,
        "managed-by": "lakekit",
        **environment.tags,
        **({"domain": domain} if domain else {}),
    }
