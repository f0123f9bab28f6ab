from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.blocks import Block, nested
from lakekit_policies.rule import Rule

LONGEST = 60  # minutes
MOST = 1000  # units


class ScalingHasAnEnd(Rule):
    id = "LK_EMR_3"
    title = "EMR clusters scale to a stated end, and spot nodes are waited for no longer than minutes"
    severity = "medium"
    rationale = (
        "Managed scaling goes where its limits are. A spot fleet without a way out waits for capacity that "
        "may not come today."
    )
    remedy = (
        "Set compute limits with maximum_core_capacity_units, and timeout_action SWITCH_TO_ON_DEMAND within 60 minutes."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-scaling.html"
    pack = "cost"
    controls = {"nist": ["SC-5", "SC-6"], "soc2": ["A1.1"]}
    resources = ("aws_emr_managed_scaling_policy", "aws_emr_instance_fleet")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_emr_instance_fleet":
            spots = nested(block, "launch_specifications", "spot_specification")
            if block.get("target_spot_capacity") and not any(
                spot.get("timeout_action") == "SWITCH_TO_ON_DEMAND"
                and int(spot.get("timeout_duration_minutes") or LONGEST + 1) <= LONGEST
                for spot in spots
            ):
                yield "its spot capacity has no SWITCH_TO_ON_DEMAND within an hour"
            if len(nested(block, "instance_type_configs")) < 2:
                yield "one instance type alone: when its spot pool runs out, all nodes go at once"
            return
        for limits in nested(block, "compute_limits"):
            if not limits.get("maximum_core_capacity_units"):
                yield "maximum_core_capacity_units is not set: HDFS may grow onto every node"
            if int(limits.get("maximum_capacity_units") or 0) > MOST:
                yield f"{limits['maximum_capacity_units']} units, above {MOST}"


check = ScalingHasAnEnd()
