"""Rules for Snowflake stages, pipes, file formats, integrations and external volumes."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import both, drop, put, tier
from snowflake_fixtures import case

__all__ = ["test_passes", "test_rejects"]

_INTEGRATION = "snowflake_storage_integration/Files"
_STAGE = "snowflake_stage/Landing"
_PIPE = "snowflake_pipe/Events"
_VOLUME = "snowflake_external_volume/Curated"


CASES = [
    case(
        "LK_SF_19",
        {
            "wildcard bucket": (
                put(f"{_INTEGRATION}/storage_allowed_locations", ["s3://*/"]),
                "storage_allowed_locations has s3://*/, which does not name a bucket",
            ),
            "wildcard location": (
                put(f"{_INTEGRATION}/storage_allowed_locations", ["*"]),
                "storage_allowed_locations has *, which does not name a bucket",
            ),
            "no external id": (drop(f"{_INTEGRATION}/storage_aws_external_id"), "second apply"),
            "foreign bucket": (
                put(f"{_INTEGRATION}/storage_allowed_locations", ["s3://not-ours/"]),
                "storage_allowed_locations s3://not-ours/ is outside",
            ),
            "no role": (drop(f"{_INTEGRATION}/storage_aws_role_arn"), "storage_aws_role_arn is not set"),
            "ACLs": (put(f"{_INTEGRATION}/storage_aws_object_acl", "bucket-owner-full-control"), "ACLs"),
        },
    ),
    case(
        "LK_SF_20",
        {
            "credentials": (put(f"{_STAGE}/credentials", "AWS_KEY_ID='x'"), "credentials are set in the stage"),
            "no storage integration": (
                drop(f"{_STAGE}/storage_integration"),
                "the external stage has no storage_integration",
            ),
            "wildcard bucket": (put(f"{_STAGE}/url", "s3://*/x/"), "url s3://*/x/ does not name a bucket"),
            "internal stage": (
                both(drop(f"{_STAGE}/url"), drop(f"{_STAGE}/storage_integration")),
                "internal stages are not allowed in staging and prod",
            ),
        },
        {"internal stage in dev": both(tier("dev"), drop(f"{_STAGE}/url"), drop(f"{_STAGE}/storage_integration"))},
    ),
    case(
        "LK_SF_21",
        {
            "column count mismatch allowed": (
                drop("snowflake_file_format/Csv/error_on_column_count_mismatch"),
                "not true",
            ),
            "replaced characters": (
                put("snowflake_file_format/Csv/replace_invalid_characters", True),
                "replace_invalid_characters is true",
            ),
        },
        {
            "JSON format": both(
                put("snowflake_file_format/Csv/format_type", "JSON"),
                drop("snowflake_file_format/Csv/error_on_column_count_mismatch"),
            )
        },
    ),
    case(
        "LK_SF_22",
        {
            "no auto-ingest": (drop(f"{_PIPE}/auto_ingest"), "auto_ingest is not true"),
            "no SNS topic": (
                drop(f"{_PIPE}/aws_sns_topic_arn"),
                "Snowpipe would need the bucket's notification configuration",
            ),
            "ON_ERROR CONTINUE": (put(f"{_PIPE}/copy_statement", "COPY INTO T FROM @S ON_ERROR=CONTINUE"), "CONTINUE"),
            "URL in the copy statement": (
                put(f"{_PIPE}/copy_statement", "COPY INTO T FROM 's3://b/'"),
                "copy_statement contains a URL or credentials",
            ),
        },
    ),
    case(
        "LK_SF_23",
        {
            "writes allowed": (put(f"{_VOLUME}/allow_writes", "true"), "allow_writes is not false"),
            "allow_writes not set": (drop(f"{_VOLUME}/allow_writes"), "allow_writes is not false"),
            "wildcard bucket": (
                put(f"{_VOLUME}/storage_location/0/storage_base_url", "s3://*/"),
                "storage_base_url s3://*/ does not name a bucket",
            ),
            "foreign bucket": (
                put(f"{_VOLUME}/storage_location/0/storage_base_url", "s3://not-ours/x/"),
                "storage_base_url s3://not-ours/x/ is outside",
            ),
            "no role": (drop(f"{_VOLUME}/storage_location/0/storage_aws_role_arn"), "storage_aws_role_arn is not set"),
        },
    ),
]
