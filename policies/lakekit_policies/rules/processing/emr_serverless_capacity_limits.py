from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

MAX_IDLE_MINUTES = 60  # default: 15


class EmrServerlessCapacityLimits(Rule):
    id = "LK_SPARK_1"
    title = "EMR Serverless applications have a maximum capacity and an idle timeout"
    severity = "high"
    rationale = (
        "Without a maximum, one job can use the whole account quota. Without auto-stop, pre-initialized workers are "
        "billed while idle."
    )
    remedy = "Set `maximum_capacity` with cpu and memory, and `auto_stop_configuration` of at most an hour."
    reference = "https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-capacity.html"
    pack = "cost"
    controls = {"nist": ["SC-5", "SC-6"], "soc2": ["A1.1"]}
    resources = ("aws_emrserverless_application",)

    def problems(self, block: Block) -> Iterable[str]:
        limits = nested(block, "maximum_capacity")
        for part in ("cpu", "memory"):
            if not any(limit.get(part) for limit in limits):
                yield f"maximum_capacity has no {part}"
        for stop in nested(block, "auto_stop_configuration"):
            if stop.get("enabled") is False:
                yield "auto_stop_configuration is disabled"
            elif int(stop.get("idle_timeout_minutes") or 15) > MAX_IDLE_MINUTES:
                yield f"idle_timeout_minutes is {stop['idle_timeout_minutes']}; at most {MAX_IDLE_MINUTES} are allowed"


check = EmrServerlessCapacityLimits()
