"""Rules for descriptions, classifications, alarms and retention."""

from __future__ import annotations

from typing import Any

from bucket_fixtures import BUCKET
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, change, drop, evaluate_rule, plan, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

VOCABULARIES = {"classification": ["public", "internal"], "domain": ["sales"], "zone": ["raw"]}
TAGS = [
    {"key": "classification", "value": "internal"},
    {"key": "domain", "value": "sales"},
    {"key": "zone", "value": "raw"},
]
CATALOG: Document = {
    **resources(
        aws_glue_catalog_database={"Raw": {"name": "acme_raw"}},
        aws_lakeformation_lf_tag={"C": {"key": "classification", "values": ["public", "internal"]}},
        aws_lakeformation_resource_lf_tags={
            "Raw": {"database": [{"name": "${aws_glue_catalog_database.Raw.name}"}], "lf_tag": TAGS},
            "Orders": {"table": [{"name": "orders", "database_name": "acme_raw"}], "lf_tag": TAGS[:1]},
        },
        aws_glue_catalog_table={
            "Orders": {
                "name": "orders",
                "storage_descriptor": [{"columns": [{"name": "id", "comment": "Number of the order"}]}],
            }
        },
        aws_lakeformation_data_cells_filter={
            "F": {
                "table_data": [
                    {
                        "name": "f",
                        "table_name": "orders",
                        "column_wildcard": [{"excluded_column_names": ["email"]}],
                        "row_filter": [{"filter_expression": "country = 'IE'"}],
                    }
                ]
            }
        },
        aws_iam_role={"R": {"name": "r", "description": "Jobs of sales", "tags": {"domain": "sales", "Name": "x"}}},
        snowflake_warehouse={"W": {"name": "W", "comment": "Loads"}},
    ),
    "vocabularies": VOCABULARIES,
}
ALARM = resources(
    aws_cloudwatch_metric_alarm={
        "A": {
            "alarm_name": "a",
            "namespace": "AWS/Kafka",
            "metric_name": "Lag",
            "dimensions": {"Cluster": "c"},
            "period": 300,
            "evaluation_periods": 3,
        }
    },
    aws_cloudwatch_log_group={"G": {"name": "g", "retention_in_days": 365}},
)
_METRIC_ALARM = "aws_cloudwatch_metric_alarm/A"


def _metric(cluster: str | None = None, *, period: int = 300) -> dict[str, Any]:
    """Metric of a metric math expression."""
    dimensions = {"dimensions": {"Cluster": cluster}} if cluster else {}
    return {"namespace": "AWS/Kafka", "metric_name": "Lag", "period": period, "stat": "Maximum", **dimensions}


METRIC_MATH_ALARM: dict[str, Any] = {
    "alarm_name": "a",
    "evaluation_periods": 3,
    "metric_query": [
        {"id": "e", "expression": "SUM(METRICS())", "return_data": True},
        {"id": "m1", "metric": [_metric("c")]},
    ],
}
_CELL_FILTER = "aws_lakeformation_data_cells_filter/F/table_data/0"
_TAGS = "aws_lakeformation_resource_lf_tags"


def without_vocabulary(document: Document) -> None:
    del document["vocabularies"]


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
BUCKETS = {
    "vocabularies": {"classification": ["public", "internal"]},
    **resources(
        aws_s3_bucket={"Raw": {"bucket": "acme-raw", "tags": {"content": "tables", "classification": "internal"}}}
    ),
}

CASES = [
    Case(
        "LK_GOV_1",
        CATALOG,
        {
            "no description": (drop("aws_iam_role/R/description"), "description is not set"),
            "placeholder description": (
                put("aws_iam_role/R/description", "Managed by Terraform"),
                "description is the placeholder 'Managed by Terraform'",
            ),
            "no comment": (put("snowflake_warehouse/W/comment", " "), "comment is not set"),
        },
    ),
    Case(
        "LK_GOV_2",
        CATALOG,
        {
            "value with another capitalization": (
                put("aws_iam_role/R/tags/domain", "Sales"),
                "tag domain is Sales",
            ),
            "capitalized key": (
                put("aws_iam_role/R/tags", {"Classification": "secret"}),
                "allowed values are public, internal",
            ),
            "provider default tag": (
                both(drop("aws_iam_role/R/tags"), put("aws_iam_role/R/tags_all", {"classification": "x"})),
                "allowed values are public, internal",
            ),
        },
        {"no vocabulary": both(put("aws_iam_role/R/tags/domain", "x"), without_vocabulary)},
    ),
    Case(
        "LK_GOV_5",
        BUCKETS,
        {
            "no classification": (drop("aws_s3_bucket/Raw/tags/classification"), "tag classification is missing"),
            "empty classification": (put("aws_s3_bucket/Raw/tags/classification", ""), "tag classification is missing"),
            "bucket of files": (put("aws_s3_bucket/Raw/tags", {"content": "files"}), "tag classification is missing"),
            "provider default tag only": (
                both(
                    drop("aws_s3_bucket/Raw/tags/classification"),
                    put("aws_s3_bucket/Raw/tags_all", {"classification": "internal"}),
                ),
                "tag classification is missing",
            ),
            "no content tag": (drop("aws_s3_bucket/Raw/tags"), "tag classification is missing"),
        },
        {
            "log bucket": put("aws_s3_bucket/Raw/tags", {"content": "logs"}),
            "code bucket": put("aws_s3_bucket/Raw/tags", {"content": "code"}),
            "scratch bucket": put("aws_s3_bucket/Raw/tags", {"content": "scratch"}),
            "no vocabulary": both(drop("aws_s3_bucket/Raw/tags"), without_vocabulary),
        },
    ),
    Case(
        "LK_GOV_3",
        CATALOG,
        {"no LF-tags": (drop(f"{_TAGS}/Raw"), "no LF-tags are assigned to the database")},
        {
            "LF-tags by name": put(f"{_TAGS}/Raw/database/0/name", "acme_raw"),
            "resource link": both(
                drop(f"{_TAGS}/Raw"), put("aws_glue_catalog_database/Raw/target_database", [{"catalog_id": "1"}])
            ),
            "no vocabulary": both(drop(f"{_TAGS}/Raw"), without_vocabulary),
        },
    ),
    Case(
        "LK_GOV_4",
        CATALOG,
        {
            "no comment": (
                put("aws_glue_catalog_table/Orders/storage_descriptor/0/columns/0", {"name": "id"}),
                "without a comment: id",
            ),
            "no columns": (
                put("aws_glue_catalog_table/Orders/storage_descriptor/0", {"location": "s3://a"}),
                "no columns",
            ),
        },
        {"view": both(put("aws_glue_catalog_table/Orders", {"name": "v", "table_type": "VIRTUAL_VIEW"}))},
    ),
    Case(
        "LK_LF_10",
        CATALOG,
        {
            "all rows and columns": (
                both(
                    put(f"{_CELL_FILTER}/column_wildcard", [{}]),
                    put(f"{_CELL_FILTER}/row_filter", [{"all_rows_wildcard": [{}]}]),
                ),
                "f includes every row and column of orders",
            ),
            "row expression that is always true": (
                both(
                    drop(f"{_CELL_FILTER}/column_wildcard"),
                    put(f"{_CELL_FILTER}/row_filter/0/filter_expression", "TRUE"),
                ),
                "f includes every row and column of orders",
            ),
        },
        {
            "column filter": put(f"{_CELL_FILTER}/row_filter", [{"all_rows_wildcard": [{}]}]),
            "row filter": drop(f"{_CELL_FILTER}/column_wildcard"),
        },
    ),
    Case(
        "LK_LF_11",
        CATALOG,
        {
            "value outside the vocabulary": (
                put(f"{_TAGS}/Orders/lf_tag/0/value", "secret"),
                "classification is secret",
            ),
            "database without zone": (put(f"{_TAGS}/Raw/lf_tag", TAGS[:2]), "the database has no LF-tag zone"),
            "LF-tag with values outside the vocabulary": (
                put("aws_lakeformation_lf_tag/C/values", ["secret"]),
                "classification is secret",
            ),
            "no LF-tag": (put(f"{_TAGS}/Orders/lf_tag", []), "no LF-tag is assigned"),
        },
        {"key without vocabulary": put("aws_lakeformation_lf_tag/C", {"key": "team", "values": ["x"]})},
    ),
    Case(
        "LK_ALARM_1",
        ALARM,
        {
            "no dimensions": (drop(f"{_METRIC_ALARM}/dimensions"), "no dimensions"),
            "Glue metric without dimensions": (
                both(drop(f"{_METRIC_ALARM}/dimensions"), put(f"{_METRIC_ALARM}/namespace", "Glue")),
                "Glue Lag has no dimensions",
            ),
            "period of a second": (put(f"{_METRIC_ALARM}/period", 1), "period is 1"),
            "no period": (drop(f"{_METRIC_ALARM}/period"), "period is not set"),
            "no evaluation periods": (drop(f"{_METRIC_ALARM}/evaluation_periods"), "evaluation_periods is not set"),
            "evaluation range above a week": (
                put(f"{_METRIC_ALARM}/evaluation_periods", 10_000),
                "10000 periods of 300 seconds exceed the maximum evaluation range of a week",
            ),
            "expression without metrics": (
                put(
                    _METRIC_ALARM,
                    {**METRIC_MATH_ALARM, "metric_query": [*METRIC_MATH_ALARM["metric_query"][:1], {"id": "m1"}]},
                ),
                "query m1 has neither a metric nor an expression",
            ),
            "no query returns data": (
                put(
                    _METRIC_ALARM,
                    {
                        **METRIC_MATH_ALARM,
                        "metric_query": [{"id": "e", "expression": "m1"}, *METRIC_MATH_ALARM["metric_query"][1:]],
                    },
                ),
                "0 queries return data",
            ),
            "query metric without dimensions": (
                put(
                    _METRIC_ALARM,
                    {
                        **METRIC_MATH_ALARM,
                        "metric_query": [*METRIC_MATH_ALARM["metric_query"], {"id": "m2", "metric": [_metric()]}],
                    },
                ),
                "Lag has no dimensions",
            ),
            "query metric with a period of a second": (
                put(
                    _METRIC_ALARM,
                    {
                        **METRIC_MATH_ALARM,
                        "metric_query": [
                            METRIC_MATH_ALARM["metric_query"][0],
                            {"id": "m1", "metric": [_metric("c", period=1)]},
                        ],
                    },
                ),
                "period is 1",
            ),
        },
        {
            "custom metric": both(drop(f"{_METRIC_ALARM}/dimensions"), put(f"{_METRIC_ALARM}/namespace", "Acme")),
            "metric math": put(_METRIC_ALARM, METRIC_MATH_ALARM),
            "period of ten seconds": put(f"{_METRIC_ALARM}/period", 10),
        },
    ),
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


def test_columns_added_by_engines_are_ignored_in_plans() -> None:
    table = {
        "name": "orders",
        "description": "Orders",
        "owner": "sales",
        "storage_descriptor": [{"columns": [{"name": "note", "comment": ""}]}],
    }
    document = plan(change("aws_glue_catalog_table.Orders", "no-op", table, table))
    assert evaluate_rule("LK_GOV_4", document) == []
