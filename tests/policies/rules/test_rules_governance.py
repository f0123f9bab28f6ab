"""What something is for, in which words it is classified, and how long it is kept."""

from __future__ import annotations

from typing import Any

from bucket_fixtures import BUCKET
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, change, drop, judged, plan, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

WORDS = {"classification": ["public", "internal"], "domain": ["sales"], "zone": ["raw"]}
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
    "vocabularies": WORDS,
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
_A = "aws_cloudwatch_metric_alarm/A"


def _part(cluster: str | None = None, *, period: int = 300) -> dict[str, Any]:
    """A metric that an alarm adds up."""
    dimensions = {"dimensions": {"Cluster": cluster}} if cluster else {}
    return {"namespace": "AWS/Kafka", "metric_name": "Lag", "period": period, "stat": "Maximum", **dimensions}


SUM: dict[str, Any] = {
    "alarm_name": "a",
    "evaluation_periods": 3,
    "metric_query": [
        {"id": "e", "expression": "SUM(METRICS())", "return_data": True},
        {"id": "m1", "metric": [_part("c")]},
    ],
}
_F = "aws_lakeformation_data_cells_filter/F/table_data/0"
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
    # What a plan shows where there is none.
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
            "none": (drop("aws_iam_role/R/description"), "description is not set"),
            "a filler": (put("aws_iam_role/R/description", "Managed by Terraform"), "says nothing"),
            "no comment": (put("snowflake_warehouse/W/comment", " "), "comment is not set"),
        },
    ),
    Case(
        "LK_GOV_2",
        CATALOG,
        {
            "another spelling": (
                put("aws_iam_role/R/tags/domain", "Sales"),
                "tag domain is Sales, which is none of sales",
            ),
            "a capital key": (put("aws_iam_role/R/tags", {"Classification": "secret"}), "none of public, internal"),
            "of the provider's": (
                both(drop("aws_iam_role/R/tags"), put("aws_iam_role/R/tags_all", {"classification": "x"})),
                "none of public, internal",
            ),
        },
        {"no vocabulary": both(put("aws_iam_role/R/tags/domain", "x"), without_vocabulary)},
    ),
    Case(
        "LK_GOV_5",
        BUCKETS,
        {
            "none": (drop("aws_s3_bucket/Raw/tags/classification"), "tag classification is missing"),
            "an empty one": (put("aws_s3_bucket/Raw/tags/classification", ""), "tag classification is missing"),
            "of files": (put("aws_s3_bucket/Raw/tags", {"content": "files"}), "tag classification is missing"),
            "the provider's alone": (
                both(
                    drop("aws_s3_bucket/Raw/tags/classification"),
                    put("aws_s3_bucket/Raw/tags_all", {"classification": "internal"}),
                ),
                "tag classification is missing",
            ),
            "not a word on what it keeps": (drop("aws_s3_bucket/Raw/tags"), "tag classification is missing"),
        },
        {
            "logs": put("aws_s3_bucket/Raw/tags", {"content": "logs"}),
            "code": put("aws_s3_bucket/Raw/tags", {"content": "code"}),
            "what can be made again": put("aws_s3_bucket/Raw/tags", {"content": "scratch"}),
            "no vocabulary": both(drop("aws_s3_bucket/Raw/tags"), without_vocabulary),
        },
    ),
    Case(
        "LK_GOV_3",
        CATALOG,
        {"no tags": (drop(f"{_TAGS}/Raw"), "no LF-tags are put on the database")},
        {
            "by name": put(f"{_TAGS}/Raw/database/0/name", "acme_raw"),
            "a link": both(
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
        {"a view": both(put("aws_glue_catalog_table/Orders", {"name": "v", "table_type": "VIRTUAL_VIEW"}))},
    ),
    Case(
        "LK_LF_10",
        CATALOG,
        {
            "everything": (
                both(put(f"{_F}/column_wildcard", [{}]), put(f"{_F}/row_filter", [{"all_rows_wildcard": [{}]}])),
                "shows every row and column of orders",
            ),
            "a row expression that is true": (
                both(drop(f"{_F}/column_wildcard"), put(f"{_F}/row_filter/0/filter_expression", "TRUE")),
                "shows every row",
            ),
        },
        {
            "columns alone": put(f"{_F}/row_filter", [{"all_rows_wildcard": [{}]}]),
            "rows alone": drop(f"{_F}/column_wildcard"),
        },
    ),
    Case(
        "LK_LF_11",
        CATALOG,
        {
            "an unknown word": (
                put(f"{_TAGS}/Orders/lf_tag/0/value", "secret"),
                "classification is secret, which is none of public, internal",
            ),
            "a database without its zone": (put(f"{_TAGS}/Raw/lf_tag", TAGS[:2]), "the database has no zone"),
            "a vocabulary of its own": (put("aws_lakeformation_lf_tag/C/values", ["secret"]), "none of"),
            "no tag": (put(f"{_TAGS}/Orders/lf_tag", []), "no tag is put on it"),
        },
        {"another key": put("aws_lakeformation_lf_tag/C", {"key": "team", "values": ["x"]})},
    ),
    Case(
        "LK_ALARM_1",
        ALARM,
        {
            "nothing in particular": (drop(f"{_A}/dimensions"), "no dimensions"),
            "no job of Glue's": (
                both(drop(f"{_A}/dimensions"), put(f"{_A}/namespace", "Glue")),
                "Glue Lag has no dimensions",
            ),
            "a second": (put(f"{_A}/period", 1), "period is 1"),
            "no period": (drop(f"{_A}/period"), "period is not set"),
            "no count": (drop(f"{_A}/evaluation_periods"), "evaluation_periods is not set"),
            "a month": (put(f"{_A}/evaluation_periods", 10_000), "more than the week"),
            "a sum of nothing": (
                put(_A, {**SUM, "metric_query": [*SUM["metric_query"][:1], {"id": "m1"}]}),
                "query m1 has neither a metric nor an expression",
            ),
            "a sum nobody compares": (
                put(_A, {**SUM, "metric_query": [{"id": "e", "expression": "m1"}, *SUM["metric_query"][1:]]}),
                "0 of its queries return data",
            ),
            "a part of no cluster": (
                put(_A, {**SUM, "metric_query": [*SUM["metric_query"], {"id": "m2", "metric": [_part()]}]}),
                "Lag has no dimensions",
            ),
            "a part of a second": (
                put(
                    _A,
                    {**SUM, "metric_query": [SUM["metric_query"][0], {"id": "m1", "metric": [_part("c", period=1)]}]},
                ),
                "period is 1",
            ),
        },
        {
            "a metric of our own": both(drop(f"{_A}/dimensions"), put(f"{_A}/namespace", "Acme")),
            "a sum": put(_A, SUM),
            "ten seconds": put(f"{_A}/period", 10),
        },
    ),
    Case(
        "LK_LOG_1",
        ALARM,
        {
            "a day": (put("aws_cloudwatch_log_group/G/retention_in_days", 1), "1 in tier prod, below 365"),
            "for ever": (put("aws_cloudwatch_log_group/G/retention_in_days", 0), "for ever"),
            "a month in staging": (
                both(put("aws_cloudwatch_log_group/G/retention_in_days", 30), tier("staging")),
                "below 90",
            ),
        },
        {
            "a week in dev": both(put("aws_cloudwatch_log_group/G/retention_in_days", 7), tier("dev")),
            "not said": drop("aws_cloudwatch_log_group/G/retention_in_days"),
        },
    ),
    Case(
        "LK_S3_21",
        BUCKET,
        {"a week": (version_days(7), "after 7 days, below 30")},
        {
            "a week in staging": both(version_days(7), tier("staging")),
            "a day in dev": both(version_days(1), tier("dev")),
        },
    ),
    Case(
        "LK_S3_22",
        {**BUCKET},
        {
            "no end": (log_days(None), "no enabled rule ends the logs"),
            "a month": (log_days(30), "after 30 days in tier prod, below 365"),
        },
        {"a month in dev": both(log_days(30), tier("dev"))},
    ),
    Case(
        "LK_S3_23",
        BUCKET,
        {
            "nothing gets cheaper": (no_transition, "no enabled rule moves tables"),
            "scratch stays": (put("aws_s3_bucket/Raw/tags", {"content": "scratch"}), "no enabled rule ends scratch"),
        },
        {
            "files": both(no_transition, put("aws_s3_bucket/Raw/tags", {"content": "files"})),
            "in dev": both(no_transition, tier("dev")),
        },
    ),
    Case(
        "LK_S3_6",
        BUCKET,
        {"parts of uploads stay": (no_abort, "ends incomplete uploads")},
    ),
    Case(
        "LK_ATHENA_21",
        WORKGROUP,
        {
            "under the service's key": (put(f"{_RESULT}/encryption_option", "SSE_S3"), "encryption_option is SSE_S3"),
            "billed to the reader": (
                put("aws_athena_workgroup/W/configuration/0/requester_pays_enabled", True),
                "requester_pays_enabled",
            ),
            "silent": (
                put("aws_athena_workgroup/W/configuration/0/publish_cloudwatch_metrics_enabled", False),
                "no alarm on this workgroup",
            ),
            "gone by force": (put("aws_athena_workgroup/W/force_destroy", True), "force_destroy is on"),
        },
        {
            "encrypted by the client": put(f"{_RESULT}/encryption_option", "CSE_KMS"),
            "disposable in dev": both(put("aws_athena_workgroup/W/force_destroy", True), tier("dev")),
        },
    ),
]


def test_columns_that_an_engine_added_do_not_stop_a_plan() -> None:
    table = {
        "name": "orders",
        "description": "Orders",
        "owner": "sales",
        "storage_descriptor": [{"columns": [{"name": "note", "comment": ""}]}],
    }
    document = plan(change("aws_glue_catalog_table.Orders", "no-op", table, table))
    assert judged("LK_GOV_4", document) == []
