"""What a tier caps, told at the key of the environment file that is above it; the gate refuses the same.

The monitor of a whole Snowflake account is not among it: it has no settings but the file's, so who needs more there
waives LK_SF_9.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from lakekit_policies.shared import tier_limits

from .tiers import Tier

if TYPE_CHECKING:
    from .model import Environment

Key = tuple[str, ...]


def check(environment: Environment) -> None:
    """Refuse what is above the tier's caps.

    Raises:
        PydanticCustomError: with the key in its context, for the first that is.
    """
    for key, rule, problem in (*_cluster(environment), *_warehouses(environment)):
        raise PydanticCustomError(
            "above_tier",
            "{problem} in tier {tier}: lower it, or give the construct settings of its own and waive {rule} there",
            {"problem": problem, "tier": str(environment.tier), "rule": rule, "key": key},
        )


def _cluster(environment: Environment) -> Iterator[tuple[Key, str, str]]:
    cluster, most = environment.processing.cluster, tier_limits.MAX_EMR_CLUSTER_UNITS[environment.tier]
    if cluster.max_units > most:
        yield ("processing", "cluster", "max_units"), "LK_EMR_3", f"{cluster.max_units} units are above {most}"


def _warehouses(environment: Environment) -> Iterator[tuple[Key, str, str]]:
    snowflake, most = environment.snowflake, tier_limits.MAX_MONITOR_CREDITS[environment.tier]
    if snowflake is None:
        return
    for name, workload in snowflake.workloads.items():
        at = ("snowflake", "workloads", name)
        if environment.tier is not Tier.PROD:
            if workload.size is not None and workload.size not in tier_limits.WAREHOUSE_SIZES_BELOW_PROD:
                largest = tier_limits.WAREHOUSE_SIZES_BELOW_PROD[-1]
                yield (*at, "size"), "LK_SF_8", f"a size of {workload.size} is above {largest}"
            if workload.max_clusters > tier_limits.MAX_CLUSTERS_BELOW_PROD:
                clusters = f"{workload.max_clusters} clusters are above {tier_limits.MAX_CLUSTERS_BELOW_PROD}"
                yield (*at, "max_clusters"), "LK_SF_8", clusters
        if (workload.monthly_credits or 0) > most:
            yield (*at, "monthly_credits"), "LK_SF_9", f"{workload.monthly_credits} credits are above {most}"
