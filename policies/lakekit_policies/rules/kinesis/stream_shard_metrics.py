from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class StreamShardMetrics(Rule):
    id = "LK_KINESIS_2"
    title = "Kinesis streams publish metrics of each shard"
    severity = "low"
    rationale = "Metrics of the stream hide a hot shard: it throttles writers while the average is low."
    remedy = "Set `shard_level_metrics`, at least IncomingBytes and IteratorAgeMilliseconds."
    reference = "https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html"
    pack = "streaming"
    controls = {"nist": ["SI-4", "AU-6"], "soc2": ["CC7.2"]}
    resources = ("aws_kinesis_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        on_demand = any(mode.get("stream_mode") == "ON_DEMAND" for mode in nested(block, "stream_mode_details"))
        if not on_demand and not as_list(block.get("shard_level_metrics")):
            yield "shard_level_metrics is not set"


check = StreamShardMetrics()
