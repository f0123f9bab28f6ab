from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class KafkaStorageScalingLimits(Rule):
    id = "LK_MSK_8"
    title = "MSK storage scaling has a maximum and follows disk use"
    severity = "medium"
    rationale = (
        "MSK broker storage cannot be reduced: scaled-out storage is billed for the lifetime of the cluster, and "
        "scale-in actions fail."
    )
    remedy = "Set `max_capacity`, a target of at most 80 %, and `disable_scale_in = true` (`KafkaCluster` does)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html"
    pack = "cost"
    controls = {"nist": ["CM-6", "SC-5"], "soc2": ["A1.1"]}
    resources = ("aws_appautoscaling_target", "aws_appautoscaling_policy")

    def problems(self, block: Block) -> Iterable[str]:
        minimum, maximum = block.get("min_capacity"), block.get("max_capacity")
        if isinstance(minimum, int) and isinstance(maximum, int) and maximum < minimum:
            yield f"max_capacity {maximum} is below min_capacity {minimum}"
        if block.get("scalable_dimension") != "kafka:broker-storage:VolumeSize":
            return
        if isinstance(maximum, int) and maximum > 16_384:
            yield f"max_capacity is {maximum} GiB; a broker supports at most 16384 GiB"
        for tracking in nested(block, "target_tracking_scaling_policy_configuration"):
            if tracking.get("disable_scale_in") is not True:
                yield "disable_scale_in is not true; broker storage cannot be reduced"
            target = tracking.get("target_value")
            if isinstance(target, int | float) and target > 80:
                yield f"target_value is {target:g} %; at most 80 % is allowed"


check = KafkaStorageScalingLimits()
