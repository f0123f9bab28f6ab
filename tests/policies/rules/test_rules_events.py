"""Rules for EventBridge."""

from __future__ import annotations

import json

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, both, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

_PATTERN = {"source": ["aws.s3"], "account": [ACCOUNT], "detail-type": ["Object Created"]}
EVENTS = resources(
    aws_cloudwatch_event_rule={"Files": {"name": "files", "event_pattern": json.dumps(_PATTERN)}},
    aws_cloudwatch_event_target={"Files": {"rule": "files", "arn": f"arn:aws:sns:eu-west-1:{ACCOUNT}:files"}},
)
_RULE = "aws_cloudwatch_event_rule/Files"

CASES = [
    Case(
        "LK_EVB_1",
        EVENTS,
        {
            "no source": (
                put(f"{_RULE}/event_pattern", json.dumps({"account": [ACCOUNT]})),
                "event_pattern has no source",
            ),
            "no account": (
                put(f"{_RULE}/event_pattern", json.dumps({"source": ["aws.s3"]})),
                "event_pattern has no account",
            ),
            "neither pattern nor schedule": (
                drop(f"{_RULE}/event_pattern"),
                "neither event_pattern nor schedule_expression",
            ),
            "target in another account": (
                put("aws_cloudwatch_event_target/Files/arn", "arn:aws:sns:eu-west-1:999999999999:files"),
                "the target arn:aws:sns:eu-west-1:999999999999:files is not in account 111111111111",
            ),
        },
        {
            "schedule": both(drop(f"{_RULE}/event_pattern"), put(f"{_RULE}/schedule_expression", "rate(1 hour)")),
            "target by reference": put("aws_cloudwatch_event_target/Files/arn", "${aws_sns_topic.files.arn}"),
        },
    )
]
