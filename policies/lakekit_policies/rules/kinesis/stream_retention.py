from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

MINIMUM_HOURS: Final = 48
"""Two days; the default of Kinesis is one."""


class StreamRetention(Rule):
    id = "LK_KINESIS_1"
    title = "Kinesis streams keep records for more than a day"
    severity = "medium"
    rationale = "Consumers that fail on a Friday evening lose the records of the weekend with the default of 24 hours."
    remedy = "Set `retention_period` to 48 hours or more."
    reference = "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html"
    pack = "streaming"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("aws_kinesis_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        hours = block.get("retention_period") or 24
        if hours < MINIMUM_HOURS:
            yield f"retention_period is {hours} hours; records are lost after that time"


check = StreamRetention()
