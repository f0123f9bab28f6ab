"""Caps of a tier, reported at the key of the environment file that exceeds them; the gate applies the same caps.

The credit limit of the account's resource monitor is not checked here: its only settings are those of the file, so a
higher limit needs a waiver of LK_SF_9.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from lakekit_policies.shared import tier_limits

from .plan_limits import PlanLimits
from .processing import SparkClusterSettings
from .snowflake import SnowflakeSettings
from .tiers import Tier

Key = tuple[str, ...]


def check(
    tier: Tier, cluster: SparkClusterSettings, snowflake: SnowflakeSettings | None, plan_limits: PlanLimits | None
) -> None:
    """Reject settings above the caps of the tier.

    Raises:
        PydanticCustomError: for the first setting above a cap, with its key in the context.
    """
    for key, rule, problem in (*_cluster(tier, cluster), *_warehouses(tier, snowflake)):
        raise PydanticCustomError(
            "above_tier",
            "{problem} in tier {tier}: lower it, or give the construct settings of its own and waive {rule} there",
            {"problem": problem, "tier": str(tier), "rule": rule, "key": key},
        )
    for key, problem in _plan_limits(tier, plan_limits):
        raise PydanticCustomError(
            "above_tier",
            "{problem} in tier {tier}: lower it, and acknowledge a single plan that deletes more (LK_PLAN_7)",
            {"problem": problem, "tier": str(tier), "key": key},
        )


def _cluster(tier: Tier, cluster: SparkClusterSettings) -> Iterator[tuple[Key, str, str]]:
    most = tier_limits.MAX_EMR_CLUSTER_UNITS[tier]
    if cluster.max_units > most:
        yield ("processing", "cluster", "max_units"), "LK_EMR_3", f"{cluster.max_units} units are above {most}"


def _plan_limits(tier: Tier, limits: PlanLimits | None) -> Iterator[tuple[Key, str]]:
    if limits is None or tier not in tier_limits.MAX_PLAN_DELETES:
        return
    deletes, fraction = tier_limits.MAX_PLAN_DELETES[tier], tier_limits.MAX_PLAN_DELETED_FRACTION[tier]
    if limits.max_deletes > deletes:
        yield ("plan_limits", "max_deletes"), f"{limits.max_deletes} deletions are above {deletes}"
    if limits.max_deleted_fraction > fraction:
        yield (
            ("plan_limits", "max_deleted_fraction"),
            f"a fraction of {limits.max_deleted_fraction} is above {fraction}",
        )


def _warehouses(tier: Tier, snowflake: SnowflakeSettings | None) -> Iterator[tuple[Key, str, str]]:
    if snowflake is None:
        return
    most = tier_limits.MAX_MONITOR_CREDITS[tier]
    for name, workload in snowflake.workloads.items():
        at = ("snowflake", "workloads", name)
        if tier is not Tier.PROD:
            if workload.size is not None and workload.size not in tier_limits.WAREHOUSE_SIZES_BELOW_PROD:
                largest = tier_limits.WAREHOUSE_SIZES_BELOW_PROD[-1]
                yield (*at, "size"), "LK_SF_8", f"a size of {workload.size} is above {largest}"
            if workload.max_clusters > tier_limits.MAX_CLUSTERS_BELOW_PROD:
                clusters = f"{workload.max_clusters} clusters are above {tier_limits.MAX_CLUSTERS_BELOW_PROD}"
                yield (*at, "max_clusters"), "LK_SF_8", clusters
        if (workload.monthly_credits or 0) > most:
            yield (*at, "monthly_credits"), "LK_SF_9", f"{workload.monthly_credits} credits are above {most}"
