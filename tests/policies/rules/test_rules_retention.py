"""Rules for retention, storage classes and Athena results."""

from __future__ import annotations

from bucket_fixtures import BUCKET
from governance_fixtures import ALARM
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]


def version_days(days: int) -> Change:
    def change(document: Document) -> None:
        for body in document["resource"]["aws_s3_bucket_lifecycle_configuration"].values():
            for rule in body["rule"]:
                if "noncurrent_version_expiration" in rule:
                    rule["noncurrent_version_expiration"]["noncurrent_days"] = days

    return change


def log_days(days: int | None) -> Change:
    def change(document: Document) -> None:
        (rule,) = document["resource"]["aws_s3_bucket_lifecycle_configuration"]["Logs"]["rule"]
        del rule["expiration"]
        rule |= {"expiration": {"days": days}} if days else {}

    return change


def no_transition(document: Document) -> None:
    del document["resource"]["aws_s3_bucket_lifecycle_configuration"]["Raw"]["rule"][0]["transition"]


def no_abort(document: Document) -> None:
    # Plans contain an empty list when the block is not set.
    document["resource"]["aws_s3_bucket_lifecycle_configuration"]["Raw"]["rule"][0][
        "abort_incomplete_multipart_upload"
    ] = []


_RESULT = "aws_athena_workgroup/W/configuration/0/result_configuration/0/encryption_configuration/0"
WORKGROUP = resources(
    aws_athena_workgroup={
        "W": {
            "name": "w",
            "configuration": [
                {"result_configuration": [{"encryption_configuration": [{"encryption_option": "SSE_KMS"}]}]}
            ],
        }
    }
)

CASES = [
    Case(
        "LK_LOG_1",
        ALARM,
        {
            "one day in prod": (put("aws_cloudwatch_log_group/G/retention_in_days", 1), "1 in tier prod, below 365"),
            "no expiration": (put("aws_cloudwatch_log_group/G/retention_in_days", 0), "retention_in_days is 0"),
            "30 days in staging": (
                both(put("aws_cloudwatch_log_group/G/retention_in_days", 30), tier("staging")),
                "below 90",
            ),
        },
        {
            "7 days in dev": both(put("aws_cloudwatch_log_group/G/retention_in_days", 7), tier("dev")),
            "not set": drop("aws_cloudwatch_log_group/G/retention_in_days"),
        },
    ),
    Case(
        "LK_S3_21",
        BUCKET,
        {"7 days in prod": (version_days(7), "after 7 days, below 30")},
        {
            "7 days in staging": both(version_days(7), tier("staging")),
            "1 day in dev": both(version_days(1), tier("dev")),
        },
    ),
    Case(
        "LK_S3_22",
        {**BUCKET},
        {
            "no expiration": (log_days(None), "no enabled lifecycle rule expires the logs"),
            "30 days in prod": (log_days(30), "logs expire after 30 days"),
        },
        {"a month in dev": both(log_days(30), tier("dev"))},
    ),
    Case(
        "LK_S3_23",
        BUCKET,
        {
            "no transition": (no_transition, "no enabled rule transitions tables to a cheaper storage class"),
            "scratch without expiration": (
                put("aws_s3_bucket/Raw/tags", {"content": "scratch"}),
                "no enabled rule expires scratch data within 30 days",
            ),
        },
        {
            "bucket of files": both(no_transition, put("aws_s3_bucket/Raw/tags", {"content": "files"})),
            "dev": both(no_transition, tier("dev")),
        },
    ),
    Case(
        "LK_S3_6",
        BUCKET,
        {
            "incomplete uploads are not aborted": (
                no_abort,
                "no enabled rule for the whole bucket aborts incomplete multipart uploads",
            )
        },
    ),
    Case(
        "LK_ATHENA_21",
        WORKGROUP,
        {
            "SSE-S3": (put(f"{_RESULT}/encryption_option", "SSE_S3"), "encryption_option is SSE_S3"),
            "requester pays": (
                put("aws_athena_workgroup/W/configuration/0/requester_pays_enabled", True),
                "requester_pays_enabled",
            ),
            "no metrics": (
                put("aws_athena_workgroup/W/configuration/0/publish_cloudwatch_metrics_enabled", False),
                "alarms on the workgroup have no data",
            ),
            "force_destroy in prod": (put("aws_athena_workgroup/W/force_destroy", True), "force_destroy is true"),
        },
        {
            "client-side encryption": put(f"{_RESULT}/encryption_option", "CSE_KMS"),
            "force_destroy in dev": both(put("aws_athena_workgroup/W/force_destroy", True), tier("dev")),
        },
    ),
]
