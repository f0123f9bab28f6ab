from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.shared.tier_limits import MAX_EMR_CLUSTER_UNITS
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

LONGEST = 60  # minutes


class EmrScalingLimits(Rule):
    id = "LK_EMR_3"
    title = "EMR managed scaling has a maximum and a spot timeout"
    severity = "medium"
    rationale = (
        "Managed scaling goes where its limits are. A spot fleet without a way out waits for capacity that "
        "may not come today."
    )
    remedy = (
        "Set compute limits with minimum, core and on-demand units within maximum_capacity_units: at most 20 units in "
        "a sandbox, 100 in dev, 200 in staging, 1,000 in prod; and timeout_action SWITCH_TO_ON_DEMAND within an hour."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-scaling.html"
    pack = "cost"
    controls = {"nist": ["SC-5", "SC-6"], "soc2": ["A1.1"]}
    resources = ("aws_emr_managed_scaling_policy", "aws_emr_instance_fleet", "aws_emr_cluster")

    def problems(self, block: Block) -> Iterable[str]:
        match self.entity_type:
            case "aws_emr_instance_fleet":
                yield from _fleet(block)
                yield from _size(block)
            case "aws_emr_cluster":
                for fleet in nested(block, "core_instance_fleet"):
                    yield from _size(fleet)
            case _:
                for limits in nested(block, "compute_limits"):
                    yield from _limits(limits)


def _fleet(block: Block) -> Iterable[str]:
    spots = nested(block, "launch_specifications", "spot_specification")
    if block.get("target_spot_capacity") and not any(
        spot.get("timeout_action") == "SWITCH_TO_ON_DEMAND"
        and int(spot.get("timeout_duration_minutes") or LONGEST + 1) <= LONGEST
        for spot in spots
    ):
        yield "its spot capacity has no SWITCH_TO_ON_DEMAND within an hour"
    if len(nested(block, "instance_type_configs")) < 2:
        yield "one instance type alone: when its spot pool runs out, all nodes go at once"


def _size(fleet: Block) -> Iterable[str]:
    """What a fleet starts with."""
    tier = stack_context.current().tier
    asked = _units(fleet, "target_on_demand_capacity") + _units(fleet, "target_spot_capacity")
    if asked > MAX_EMR_CLUSTER_UNITS[tier]:
        yield f"a fleet of {asked} units, above {MAX_EMR_CLUSTER_UNITS[tier]} in tier {tier}"


def _limits(limits: Block) -> Iterable[str]:
    tier, most = stack_context.current().tier, _units(limits, "maximum_capacity_units")
    if not most:
        yield "maximum_capacity_units is not set"
    elif most > MAX_EMR_CLUSTER_UNITS[tier]:
        yield f"{most} units, above {MAX_EMR_CLUSTER_UNITS[tier]} in tier {tier}"
    if not limits.get("maximum_core_capacity_units"):
        yield "maximum_core_capacity_units is not set: HDFS may grow onto every node"
    if limits.get("maximum_ondemand_capacity_units") is None:
        yield "maximum_ondemand_capacity_units is not set: every node may be bought at full price"
    for name in ("minimum_capacity_units", "maximum_core_capacity_units", "maximum_ondemand_capacity_units"):
        if most and _units(limits, name) > most:
            yield f"{name} {limits[name]} is above maximum_capacity_units {most}, so it is no limit"


def _units(block: Block, name: str) -> int:
    return int(block.get(name) or 0)


check = EmrScalingLimits()
