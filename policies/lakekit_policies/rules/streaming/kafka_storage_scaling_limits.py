from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class KafkaStorageScalingLimits(Rule):
    id = "LK_MSK_8"
    title = "MSK storage scaling has a maximum and follows disk use"
    severity = "medium"
    rationale = (
        "Volumes of brokers never shrink: what autoscaling adds is paid until the cluster goes. A policy that may "
        "scale in fails for ever, since MSK cannot."
    )
    remedy = "Set max_capacity with care, target at most 80 %, and disable_scale_in (KafkaCluster does)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html"
    pack = "cost"
    controls = {"nist": ["CM-6", "SC-5"], "soc2": ["A1.1"]}
    resources = ("aws_appautoscaling_target", "aws_appautoscaling_policy")

    def problems(self, block: Block) -> Iterable[str]:
        low, high = block.get("min_capacity"), block.get("max_capacity")
        if isinstance(low, int) and isinstance(high, int) and high < low:
            yield f"max_capacity {high} is below min_capacity {low}"
        if block.get("scalable_dimension") != "kafka:broker-storage:VolumeSize":
            return
        if isinstance(high, int) and high > 16_384:
            yield f"max_capacity {high} GiB is more than a broker may have"
        for tracking in nested(block, "target_tracking_scaling_policy_configuration"):
            if tracking.get("disable_scale_in") is not True:
                yield "disable_scale_in is off, and volumes of brokers cannot shrink"
            target = tracking.get("target_value")
            if isinstance(target, int | float) and target > 80:
                yield f"disks grow at {target:g} % only, when it may be too late"


check = KafkaStorageScalingLimits()
