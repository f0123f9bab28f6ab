from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.shared.tier_limits import MAX_EMR_CLUSTER_UNITS
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MAX_SPOT_TIMEOUT_MINUTES = 60


class EmrScalingLimits(Rule):
    id = "LK_EMR_3"
    title = "EMR managed scaling has a maximum and a spot timeout"
    severity = "medium"
    rationale = (
        "Managed scaling uses its full limits. A spot fleet without a timeout action waits for capacity indefinitely."
    )
    remedy = (
        "Set compute limits with minimum, core and on-demand units within `maximum_capacity_units` (at most 20 units "
        'in sandbox, 100 in dev, 200 in staging, 1,000 in prod), and `timeout_action = "SWITCH_TO_ON_DEMAND"` within '
        "an hour."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-scaling.html"
    pack = "cost"
    controls = {"nist": ["SC-5", "SC-6"], "soc2": ["A1.1"]}
    resources = ("aws_emr_managed_scaling_policy", "aws_emr_instance_fleet", "aws_emr_cluster")

    def problems(self, block: Block) -> Iterable[str]:
        match self.entity_type:
            case "aws_emr_instance_fleet":
                yield from _spot_problems(block)
                yield from _initial_size_problems(block)
            case "aws_emr_cluster":
                for fleet in nested(block, "core_instance_fleet"):
                    yield from _initial_size_problems(fleet)
            case _:
                for limits in nested(block, "compute_limits"):
                    yield from _limit_problems(limits)


def _spot_problems(block: Block) -> Iterable[str]:
    spots = nested(block, "launch_specifications", "spot_specification")
    if block.get("target_spot_capacity") and not any(
        spot.get("timeout_action") == "SWITCH_TO_ON_DEMAND"
        and int(spot.get("timeout_duration_minutes") or MAX_SPOT_TIMEOUT_MINUTES + 1) <= MAX_SPOT_TIMEOUT_MINUTES
        for spot in spots
    ):
        yield "spot capacity has no SWITCH_TO_ON_DEMAND timeout of at most an hour"
    if len(nested(block, "instance_type_configs")) < 2:
        yield "only one instance type; losing its spot pool stops all nodes"


def _initial_size_problems(fleet: Block) -> Iterable[str]:
    """Check the initial capacity of a fleet."""
    tier = stack_context.current().tier
    initial = _units(fleet, "target_on_demand_capacity") + _units(fleet, "target_spot_capacity")
    if initial > MAX_EMR_CLUSTER_UNITS[tier]:
        yield f"the fleet starts with {initial} units; tier {tier} allows at most {MAX_EMR_CLUSTER_UNITS[tier]}"


def _limit_problems(limits: Block) -> Iterable[str]:
    tier, maximum = stack_context.current().tier, _units(limits, "maximum_capacity_units")
    if not maximum:
        yield "maximum_capacity_units is not set"
    elif maximum > MAX_EMR_CLUSTER_UNITS[tier]:
        yield f"maximum_capacity_units is {maximum}; tier {tier} allows at most {MAX_EMR_CLUSTER_UNITS[tier]}"
    if not limits.get("maximum_core_capacity_units"):
        yield "maximum_core_capacity_units is not set; every node can become a core node"
    if limits.get("maximum_ondemand_capacity_units") is None:
        yield "maximum_ondemand_capacity_units is not set; every node can be an on-demand instance"
    for name in ("minimum_capacity_units", "maximum_core_capacity_units", "maximum_ondemand_capacity_units"):
        if maximum and _units(limits, name) > maximum:
            yield f"{name} {limits[name]} exceeds maximum_capacity_units {maximum}"


def _units(block: Block, name: str) -> int:
    return int(block.get(name) or 0)


check = EmrScalingLimits()
