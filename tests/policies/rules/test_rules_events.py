"""EventBridge: rules and their targets."""

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
            "any source": (
                put(f"{_RULE}/event_pattern", json.dumps({"account": [ACCOUNT]})),
                "event_pattern names no source",
            ),
            "any account": (
                put(f"{_RULE}/event_pattern", json.dumps({"source": ["aws.s3"]})),
                "event_pattern names no account",
            ),
            "nothing": (drop(f"{_RULE}/event_pattern"), "neither event_pattern nor schedule_expression"),
            "elsewhere": (
                put("aws_cloudwatch_event_target/Files/arn", "arn:aws:sns:eu-west-1:999999999999:files"),
                "is not of account",
            ),
        },
        {
            "a schedule": both(drop(f"{_RULE}/event_pattern"), put(f"{_RULE}/schedule_expression", "rate(1 hour)")),
            "a reference": put("aws_cloudwatch_event_target/Files/arn", "${aws_sns_topic.files.arn}"),
        },
    )
]
