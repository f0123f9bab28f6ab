"""Rules for descriptions, classifications, LF-tags and data cells filters."""

from __future__ import annotations

import json
from pathlib import Path

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Document, both, change, drop, gate, plan, put, resources

from nonempty import nonempty

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
                "storage_descriptor": [
                    {
                        "columns": [
                            {"name": "id", "type": "bigint", "comment": "Number of the order"},
                            {"name": "email", "type": "string", "comment": "Of the customer"},
                        ]
                    }
                ],
                "partition_keys": [{"name": "country", "type": "string", "comment": "Where it goes"}],
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
_CELL_FILTER = "aws_lakeformation_data_cells_filter/F/table_data/0"
_TAGS = "aws_lakeformation_resource_lf_tags"


def without_vocabulary(document: Document) -> None:
    del document["vocabularies"]


BUCKETS = {
    "vocabularies": {"classification": ["public", "internal"]},
    **resources(
        aws_s3_bucket={"Raw": {"bucket": "acme-raw", "tags": {"content": "tables", "classification": "internal"}}}
    ),
}
VIEW = {"name": "v", "table_type": "VIRTUAL_VIEW", "view_definition": [{"is_protected": True}]}

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
            "view with a column without comment": (
                put("aws_glue_catalog_table/Orders", {**VIEW, "storage_descriptor": [{"columns": [{"name": "id"}]}]}),
                "without a comment: id",
            ),
        },
        {
            "view of which Glue derives the columns": put("aws_glue_catalog_table/Orders", VIEW),
            "resource link": put("aws_glue_catalog_table/Orders", {"name": "o", "target_table": [{"name": "orders"}]}),
        },
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
                "the row filter `TRUE` includes every row",
            ),
            "tautology": (
                put(f"{_CELL_FILTER}/row_filter/0/filter_expression", "true or country = 'IE'"),
                "includes every row",
            ),
            "column that does not exist": (
                put(f"{_CELL_FILTER}/row_filter/0/filter_expression", "region = 'IE'"),
                "the row filter names region; the table has country, email, id",
            ),
            "excluded column that does not exist": (
                put(f"{_CELL_FILTER}/column_wildcard/0/excluded_column_names", ["mail"]),
                "column mail is not in the table",
            ),
            "every column listed": (
                both(
                    drop(f"{_CELL_FILTER}/column_wildcard"),
                    put(f"{_CELL_FILTER}/column_names", ["id", "email", "country"]),
                    put(f"{_CELL_FILTER}/row_filter", [{"all_rows_wildcard": [{}]}]),
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
]


def test_columns_added_by_engines_are_ignored_in_plans(tmp_path: Path) -> None:
    declared = {"name": "orders", "description": "Orders", "owner": "sales"}
    columns = [{"name": "id", "comment": "Id"}]
    table = {**declared, "storage_descriptor": [{"columns": [*columns, {"name": "note", "comment": ""}]}]}
    document = plan(change("aws_glue_catalog_table.Orders", "no-op", table, table))
    (tmp_path / "plan.json").write_text(json.dumps(document))
    written = {"aws_glue_catalog_table": {"Orders": {**declared, "storage_descriptor": {"columns": columns}}}}
    stack = tmp_path / "cdk.tf.json"
    stack.write_text(json.dumps({"resource": written}))
    for given in (stack, None):
        verdict = gate().evaluate_plan(tmp_path / "plan.json", stack=given)
        every = [*verdict.findings, *verdict.warnings]
        assert [one.reason for one in nonempty(every) if one.rule_id == "LK_GOV_4"] == []
