"""Rules for Kinesis Data Streams."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources

__all__ = ["test_passes", "test_rejects"]


CASES = [
    Case(
        "LK_KINESIS_1",
        resources(aws_kinesis_stream={"S": {"name": "s", "retention_period": 168}}),
        {
            "one day": (put("aws_kinesis_stream/S/retention_period", 24), "retention_period is 24 hours"),
            "the default": (drop("aws_kinesis_stream/S/retention_period"), "24 hours"),
        },
        {
            "two days": put("aws_kinesis_stream/S/retention_period", 48),
        },
    ),
    Case(
        "LK_KINESIS_2",
        resources(aws_kinesis_stream={"S": {"name": "s", "shard_level_metrics": ["IncomingBytes"]}}),
        {
            "none": (drop("aws_kinesis_stream/S/shard_level_metrics"), "shard_level_metrics is not set"),
            "empty": (put("aws_kinesis_stream/S/shard_level_metrics", []), "shard_level_metrics"),
        },
        {
            "on demand": put(
                "aws_kinesis_stream/S", {"name": "s", "stream_mode_details": {"stream_mode": "ON_DEMAND"}}
            ),
        },
    ),
]
