"""Rules for CloudTrail."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

_GROUP = "arn:aws:logs:eu-west-1:111111111111:log-group:trail"
_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"


def selectors(*data: dict[str, object], management: tuple[dict[str, object], ...] = ()) -> Change:
    """A trail with selectors of management events and of objects, and these further conditions."""
    fields = [
        [{"field": "eventCategory", "equals": ["Management"]}, *management],
        [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
            *data,
        ],
    ]
    return put(
        "aws_cloudtrail/T",
        {"s3_bucket_name": "acme-logs", "advanced_event_selector": [{"field_selector": one} for one in fields]},
    )


def field(name: str, **tests: object) -> dict[str, object]:
    return {"field": name, **tests}


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
            "without events of KMS": (
                put(
                    "aws_cloudtrail/T/event_selector/0/exclude_management_event_sources",
                    ["kms.amazonaws.com"],
                ),
                "management events of kms.amazonaws.com are excluded",
            ),
            "no management events": (
                put(
                    "aws_cloudtrail/T",
                    {"advanced_event_selector": [{"field_selector": [field("eventCategory", equals=["Data"])]}]},
                ),
                "no management events",
            ),
            "writes of objects only": (
                selectors(field("readOnly", equals=["false"])),
                "reads are left out of data events",
            ),
            "reads of management only": (
                selectors(management=(field("readOnly", equals=["true"]),)),
                "writes are left out of management events",
            ),
            "management events without a service": (
                selectors(management=(field("eventSource", not_equals=["kms.amazonaws.com"]),)),
                "management events of kms.amazonaws.com are excluded",
            ),
            "without the lake": (
                selectors(field("resources.ARN", not_starts_with=["arn:aws:s3:::acme-lake/"])),
                "data events of arn:aws:s3:::acme-lake/ are excluded",
            ),
            "deletions only": (
                selectors(field("eventName", equals=["DeleteObject"])),
                "recorded for DeleteObject only",
            ),
            "without a role": (
                selectors(field("userIdentity.arn", not_starts_with=["arn:aws:sts::333333333333:assumed-role/etl"])),
                "events with userIdentity.arn arn:aws:sts::333333333333:assumed-role/etl are excluded",
            ),
            "management events without a role": (
                selectors(management=(field("userIdentity.arn", not_ends_with=["role/etl"]),)),
                "events with userIdentity.arn role/etl are excluded",
            ),
        },
        {
            "advanced": selectors(),
            "without the bucket of the trail": selectors(
                field("resources.ARN", not_starts_with=["arn:aws:s3:::acme-logs/"])
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
            **{
                f"hides {name}": (
                    put("aws_cloudtrail_event_data_store/S/advanced_event_selector", [selector]),
                    expected,
                )
                for name, selector, expected in (
                    (
                        "a role",
                        {"field_selector": [field("userIdentity.arn", not_ends_with=["role/etl"])]},
                        "events with userIdentity.arn role/etl are excluded",
                    ),
                    (
                        "all but one network",
                        {"field_selector": [field("vpcEndpointId", equals=["vpce-1"])]},
                        "only events with vpcEndpointId vpce-1 are recorded",
                    ),
                    (
                        "a call",
                        {"field_selector": [field("eventName", not_equals=["GetObject"])]},
                        "events with eventName GetObject are excluded",
                    ),
                )
            },
        },
    ),
]
