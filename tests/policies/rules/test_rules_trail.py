"""Rules for CloudTrail."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

_GROUP = "arn:aws:logs:eu-west-1:111111111111:log-group:trail"
_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"


CASES = [
    Case(
        "LK_TRAIL_1",
        resources(
            aws_cloudtrail={
                "T": {"event_selector": [{"data_resource": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3"]}]}]}
            }
        ),
        {
            "management only": (drop("aws_cloudtrail/T/event_selector"), "management events only"),
            "data of functions": (
                put("aws_cloudtrail/T/event_selector/0/data_resource/0/type", "AWS::Lambda::Function"),
                "management events only",
            ),
            "writes only": (
                put("aws_cloudtrail/T/event_selector/0/read_write_type", "WriteOnly"),
                "WriteOnly, not All",
            ),
        },
        {
            "advanced": put(
                "aws_cloudtrail/T",
                {"advanced_event_selector": [{"field_selector": [{"field": "eventCategory", "equals": ["Data"]}]}]},
            ),
        },
    ),
    Case(
        "LK_TRAIL_3",
        resources(aws_cloudtrail={"T": {"cloud_watch_logs_group_arn": f"{_GROUP}:*"}}),
        {
            "no group": (drop("aws_cloudtrail/T/cloud_watch_logs_group_arn"), "cloud_watch_logs_group_arn is not set"),
            "an empty group": (put("aws_cloudtrail/T/cloud_watch_logs_group_arn", ""), "is not set"),
        },
        {
            "a local value": put("aws_cloudtrail/T/cloud_watch_logs_group_arn", "${local.group}:*"),
            "an output of a module": put("aws_cloudtrail/T/cloud_watch_logs_group_arn", "${module.logs.group}:*"),
            "a group of the stack": put(
                "aws_cloudtrail/T/cloud_watch_logs_group_arn", "${aws_cloudwatch_log_group.G.arn}:*"
            ),
        },
    ),
    Case(
        "LK_TRAIL_2",
        resources(aws_cloudtrail_event_data_store={"S": {"kms_key_id": _KEY, "retention_period": 2557}}),
        {
            "not protected": (
                put("aws_cloudtrail_event_data_store/S/termination_protection_enabled", False),
                "termination_protection_enabled is false",
            ),
            "no key": (drop("aws_cloudtrail_event_data_store/S/kms_key_id"), "no KMS key"),
            "a week": (put("aws_cloudtrail_event_data_store/S/retention_period", 7), "7 days"),
        },
    ),
]
