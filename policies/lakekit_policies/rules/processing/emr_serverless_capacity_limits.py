from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

LONGEST_IDLE = 60  # minutes; 15 when nothing is said


class EmrServerlessCapacityLimits(Rule):
    id = "LK_SPARK_1"
    title = "EMR Serverless applications have a maximum capacity and an idle timeout"
    severity = "high"
    rationale = (
        "Without a maximum one bad join takes the account's whole quota until somebody looks; without a stop, "
        "workers kept ready are paid for all night."
    )
    remedy = "Set maximum_capacity with cpu and memory, and auto_stop_configuration of an hour at most."
    reference = "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-capacity.html"
    pack = "cost"
    controls = {"nist": ["SC-5", "SC-6"], "soc2": ["A1.1"]}
    resources = ("aws_emrserverless_application",)

    def problems(self, block: Block) -> Iterable[str]:
        limits = nested(block, "maximum_capacity")
        for part in ("cpu", "memory"):
            if not any(limit.get(part) for limit in limits):
                yield f"maximum_capacity says nothing of {part}"
        for stop in nested(block, "auto_stop_configuration"):
            if stop.get("enabled") is False:
                yield "the application never stops by itself"
            elif int(stop.get("idle_timeout_minutes") or 15) > LONGEST_IDLE:
                yield f"it idles {stop['idle_timeout_minutes']} minutes before it stops, above {LONGEST_IDLE}"


check = EmrServerlessCapacityLimits()
