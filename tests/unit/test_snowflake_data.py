"""Schemas, products, and the ways to the lake's files and tables."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import Any

import pytest
from snowflake_stack_builder import ORDERS, ROLES, environment_with_snowflake, product, stack, total

from lakekit.catalog import Column, GovernedTable
from lakekit.errors import ConstructError
from lakekit.snowflake import (
    ExternalVolume,
    FileFormat,
    Format,
    GlueCatalogIntegration,
    Pipe,
    S3EventTopic,
    SnowflakeDatabase,
    SnowflakeSchema,
    SnowflakeStack,
    Stage,
    StorageIntegration,
)
from lakekit.snowflake.schema import RESOURCES_PER_SCHEMA
from lakekit.testing import Template, resources
from nonempty import nonempty


def schema(s: SnowflakeStack) -> SnowflakeSchema:
    return SnowflakeSchema(s, "Orders", database="curated", name="sales-orders", comment="Orders")


def role_grants(template: Template) -> set[tuple[str, str]]:
    return {
        (one["role_name"], one["parent_role_name"])
        for one in resources(template, "snowflake_grant_account_role").values()
    }


READER, WRITER, OWNER = (f"AR_ACME_DEV_CURATED_SALES_ORDERS_{level}" for level in ("R", "RW", "OWN"))


def test_a_database_has_no_public_schema_and_history_by_tier() -> None:
    for tier, days in (("dev", 1), ("staging", 7), ("prod", 30)):
        env = environment_with_snowflake(tier=tier)
        template = stack(lambda s: SnowflakeDatabase(s, "Curated", comment="c"), env)
        (database,) = resources(template, "snowflake_database").values()
        assert database["name"] == "ACME_DEV_CURATED"
        assert database["data_retention_time_in_days"] == days
        assert database["drop_public_schema_on_creation"] is True
        assert ("lifecycle" in database) is (tier == "prod")


def test_a_schema_is_managed_and_its_grants_are_few() -> None:
    template = stack(schema)
    (made,) = resources(template, "snowflake_schema").values()
    assert made["with_managed_access"] == "true"
    assert total(template) == RESOURCES_PER_SCHEMA == 12
    grants = resources(template, "snowflake_grant_privileges_to_account_role").values()
    future = Counter(
        (one["account_role_name"], one["on_schema_object"]["future"]["object_type_plural"], tuple(one["privileges"]))
        for one in grants
        if "on_schema_object" in one
    )
    write = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
    assert future == Counter(
        [
            (READER, "TABLES", ("SELECT",)),
            (READER, "VIEWS", ("SELECT",)),
            (READER, "ICEBERG TABLES", ("SELECT",)),
            (WRITER, "TABLES", write),
            (WRITER, "ICEBERG TABLES", write),
        ]
    )
    assert role_grants(template) == {(READER, WRITER), (WRITER, "SYSADMIN")}


def test_a_reader_is_one_resource_more_and_the_same_one_twice_is_one() -> None:
    def build(s: SnowflakeStack) -> None:
        made = schema(s)
        made.grant_read("analyst")
        made.grant_read("analyst")

    template = stack(build)
    assert total(template) == RESOURCES_PER_SCHEMA + 1
    assert (READER, "FR_ACME_DEV_ANALYST") in role_grants(template)


def test_write_and_own_include_what_is_below() -> None:
    def build(s: SnowflakeStack) -> None:
        made = schema(s)
        made.grant_write("engineer")
        made.grant_own("FR_ACME_DEV_DBT")

    grants = role_grants(stack(build))
    assert {
        (WRITER, "FR_ACME_DEV_ENGINEER"),
        (WRITER, OWNER),
        (OWNER, "FR_ACME_DEV_DBT"),
        (OWNER, "SYSADMIN"),
    } <= grants


@pytest.mark.parametrize("role", ["PUBLIC", "ACCOUNTADMIN", "stranger"])
def test_grant_to_public_or_unknown_role_is_rejected(role: str) -> None:
    with pytest.raises(ConstructError, match=r"cannot grant to|declares no role"):
        stack(lambda s: schema(s).grant_read(role))


def test_a_product_grants_what_the_filters_say() -> None:
    template = product()
    assert role_grants(template) == {
        (READER, WRITER),
        (WRITER, "SYSADMIN"),
        (READER, "FR_ACME_DEV_ANALYST"),
        (READER, "FR_ACME_DEV_EU_ANALYST"),
        (WRITER, "FR_ACME_DEV_ENGINEER"),
    }


def test_product_tags_before_granting() -> None:
    template = product()
    tags = {
        (one["tag_id"].split(".")[-1].strip('"'), one["object_type"], one["tag_value"]): one["object_identifiers"]
        for one in resources(template, "snowflake_tag_association").values()
    }
    assert tags == {
        ("ZONE", "SCHEMA", "curated"): ['"ACME_DEV_CURATED"."SALES_ORDERS"'],
        ("DOMAIN", "SCHEMA", "sales"): ['"ACME_DEV_CURATED"."SALES_ORDERS"'],
        ("CLASSIFICATION", "SCHEMA", "internal"): ['"ACME_DEV_CURATED"."SALES_ORDERS"'],
        ("CLASSIFICATION", "COLUMN", "restricted"): ['"ACME_DEV_CURATED"."SALES_ORDERS"."ORDERS"."CUSTOMER_EMAIL"'],
    }
    columns = next(
        name
        for name, one in template["resource"]["snowflake_tag_association"].items()
        if one["object_type"] == "COLUMN"
    )
    grants = resources(template, "snowflake_grant_account_role")
    assert f"snowflake_tag_association.{columns}" in grants["Orders/Schema/ReadAnalyst"]["depends_on"]


def test_a_product_shares_the_tables_of_the_lake() -> None:
    executes = [one["execute"] for one in resources(product(), "snowflake_execute").values()]
    assert (
        'CREATE ICEBERG TABLE IF NOT EXISTS "ACME_DEV_CURATED"."SALES_ORDERS"."ORDERS" '
        "EXTERNAL_VOLUME = 'EV_ACME_DEV_CURATED' CATALOG = 'CI_ACME_DEV_GLUE' "
        "CATALOG_NAMESPACE = 'acme_dev_curated' CATALOG_TABLE_NAME = 'orders' AUTO_REFRESH = TRUE"
    ) in executes


def test_rows_are_filtered_for_row_filtered_roles() -> None:
    (policy,) = resources(product(), "snowflake_row_access_policy").values()
    assert policy["body"] == (
        "CASE WHEN IS_ROLE_IN_SESSION('FR_ACME_DEV_ANALYST') OR IS_ROLE_IN_SESSION('FR_ACME_DEV_ENGINEER') THEN TRUE "
        "WHEN IS_ROLE_IN_SESSION('FR_ACME_DEV_EU_ANALYST') THEN country IN ('DE', 'FR') ELSE FALSE END"
    )
    assert policy["argument"] == [{"name": "COUNTRY", "type": "VARCHAR"}]


def test_a_quota_gives_a_product_its_own_warehouse() -> None:
    template = product(monthly_credits=20)
    (monitor,) = resources(template, "snowflake_resource_monitor").values()
    (warehouse,) = resources(template, "snowflake_warehouse").values()
    assert (warehouse["name"], monitor["credit_quota"]) == ("WH_ACME_DEV_SALES_ORDERS", 20)


def changed(**change: Any) -> GovernedTable:
    return dataclasses.replace(ORDERS, **{"row_filters": {}, **change})


@pytest.mark.parametrize(
    ("table", "arguments", "problem"),
    [
        (ORDERS, {"zone": "nowhere"}, "no zone 'nowhere'; its zones are landing, raw"),
        (ORDERS, {"domain": "finance"}, "domain 'finance' is not one of"),
        (ORDERS, {"classification": "secret"}, "classification 'secret' is not one of"),
        (changed(column_classifications={"customer_email": "secret"}), {}, "'secret' is not one of"),
        (changed(column_classifications={"phone": "restricted"}), {}, "phone: not columns of it"),
        (changed(columns=[], column_classifications={}), {}, "has no columns"),
        (changed(row_filters={"analyst": "country = 'DE'"}), {}, "not a role with row_filtered"),
        (changed(row_filters={"eu-analyst": "TRUE"}), {}, "use none of its columns"),
        (changed(row_filters={"eu-analyst": "'country' = 'country'"}), {}, "use none of its columns"),
        (
            changed(
                columns=[*ORDERS.columns, Column("address", "struct<city: string>")],
                column_classifications={"address": "restricted"},
            ),
            {},
            "not its column address, and its type struct<city: string> has no masking policy",
        ),
    ],
)
def test_invalid_product_is_rejected(table: GovernedTable, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        product(tables=[table], **arguments)


def test_a_schema_is_granted_whole_or_not() -> None:
    secret = GovernedTable("refunds", [Column("id", "long")], "One row per refund", classification="restricted")
    with pytest.raises(ConstructError, match="role analyst may read orders and not refunds"):
        product(tables=[changed(), secret])


def test_standard_edition_shares_what_needs_no_mask() -> None:
    standard = environment_with_snowflake(
        snowflake={"edition": "standard"}, roles={key: ROLES[key] for key in ("analyst", "engineer")}
    )
    with pytest.raises(ConstructError, match="not its column customer_email, and Standard edition masks nothing"):
        product(standard, tables=[changed()])
    template = product(standard, tables=[changed(column_classifications={})])
    assert not {"snowflake_tag_association", "snowflake_row_access_policy"} & set(template["resource"])


def test_an_integration_and_its_role_are_made_in_one_apply() -> None:
    template = stack(lambda s: StorageIntegration(s, "Files", zones=["landing"]))
    (integration,) = resources(template, "snowflake_storage_integration").values()
    (role,) = resources(template, "aws_iam_role").values()
    assert integration["storage_aws_role_arn"] == f"arn:aws:iam::111111111111:role/{role['name']}"
    assert integration["storage_allowed_locations"] == ["s3://acme-dev-lake-landing-111111111111-eu-west-1/"]
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"]["AWS"].startswith("${snowflake_storage_integration.Files_Integration_")
    assert trust["Condition"] == {"StringEquals": {"sts:ExternalId": integration["storage_aws_external_id"]}}


def test_the_role_reads_its_zone_and_its_key_and_nothing_else() -> None:
    template = stack(lambda s: StorageIntegration(s, "Files", zones=["landing"]))
    (policy,) = resources(template, "aws_iam_role_policy").values()
    statements = json.loads(policy["policy"])["Statement"]
    actions = {
        action
        for one in statements
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert not [action for action in nonempty(actions) if "Put" in action or "Delete" in action or action.endswith("*")]
    places = [
        place
        for one in statements
        for place in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    ]
    assert all("landing" in place or place.startswith("arn:aws:kms:") for place in nonempty(places))


def test_external_ids_differ_and_stay_the_same() -> None:
    def ids(s: SnowflakeStack) -> None:
        StorageIntegration(s, "Files", zones=["landing"])
        StorageIntegration(s, "Other", zones=["landing"])

    first, second = (
        [one["storage_aws_external_id"] for one in resources(stack(ids), "snowflake_storage_integration").values()]
        for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == 2


def test_a_volume_reads_and_takes_the_external_id_that_snowflake_makes() -> None:
    template = stack(lambda s: ExternalVolume(s, "Curated"))
    (volume,) = resources(template, "snowflake_external_volume").values()
    assert volume["allow_writes"] == "false"
    (location,) = volume["storage_location"]
    (role,) = resources(template, "aws_iam_role").values()
    assert location["storage_aws_role_arn"].endswith(f":role/{role['name']}")
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    for reference in (trust["Principal"]["AWS"], trust["Condition"]["StringEquals"]["sts:ExternalId"]):
        name = reference.removeprefix("${local.").removesuffix("}")
        assert "snowflake_external_volume.Curated" in template["locals"][name]


def test_expiring_zone_has_no_tables() -> None:
    with pytest.raises(ConstructError, match="the zone landing holds no tables"):
        stack(lambda s: ExternalVolume(s, "Landing"))


def test_the_catalog_is_looked_up_and_not_read() -> None:
    template = stack(lambda s: GlueCatalogIntegration(s, "Catalog"))
    (sql,) = resources(template, "snowflake_execute").values()
    (role,) = resources(template, "aws_iam_role").values()
    assert f"SIGV4_IAM_ROLE = 'arn:aws:iam::111111111111:role/{role['name']}'" in sql["execute"]
    assert "CATALOG_URI = 'https://glue.eu-west-1.amazonaws.com/iceberg'" in sql["execute"]
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Condition"]["StringEquals"]["sts:ExternalId"] in sql["execute"]
    (policy,) = resources(template, "aws_iam_role_policy").values()
    assert "s3:" not in policy["policy"]
    for grant in nonempty(resources(template, "aws_lakeformation_permissions").values()):
        assert grant["permissions"] == ["DESCRIBE"]


def landing(s: SnowflakeStack, kind: Format = Format.JSON, **stage: Any) -> Stage:
    made = schema(s)
    files = StorageIntegration(s, "Files", zones=["landing"])
    given = {"zone": "landing", "prefix": "orders/", **stage}
    return Stage(
        s,
        "Events",
        schema=made,
        integration=files,
        file_format=FileFormat(s, "Format", schema=made, format=kind),
        **given,
    )


def pipe(s: SnowflakeStack, kind: Format = Format.JSON) -> None:
    stage = landing(s, kind)
    Pipe(
        s,
        "OrderEvents",
        schema=s.node.find_child("Orders"),
        stage=stage,
        events=S3EventTopic(s, "Zone", zone="landing"),
    )


def test_formats_refuse_what_is_malformed() -> None:
    (csv,) = resources(stack(lambda s: landing(s, Format.CSV)), "snowflake_file_format").values()
    assert csv["error_on_column_count_mismatch"] is True
    assert csv["replace_invalid_characters"] is False


@pytest.mark.parametrize(
    ("stage", "problem"),
    [
        ({"zone": "raw"}, "does not read zone 'raw'; it reads landing"),
        ({"prefix": ""}, "'' is not a folder"),
        ({"prefix": "/x"}, "is not a folder"),
        ({"prefix": "x*"}, "is not a folder"),
    ],
)
def test_a_stage_is_a_folder_of_a_zone_that_is_read(stage: dict[str, str], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(lambda s: landing(s, **stage))


def test_pipe_loads_from_zone_events() -> None:
    template = stack(pipe)
    (made,) = resources(template, "snowflake_pipe").values()
    (topic,) = resources(template, "aws_sns_topic").values()
    assert made["auto_ingest"] is True
    assert made["aws_sns_topic_arn"] == f"arn:aws:sns:eu-west-1:111111111111:{topic['name']}"
    assert made["copy_statement"].endswith('FROM @"ACME_DEV_CURATED"."SALES_ORDERS"."EVENTS") ON_ERROR = SKIP_FILE')
    (rule,) = resources(template, "aws_cloudwatch_event_rule").values()
    pattern = json.loads(rule["event_pattern"])
    assert pattern["detail"] == {"bucket": {"name": ["acme-dev-lake-landing-111111111111-eu-west-1"]}}
    (table,) = resources(template, "snowflake_table").values()
    assert [one["name"] for one in table["column"]] == ["RECORD", "FILE_NAME", "FILE_ROW", "LOADED_AT"]


def test_the_rule_publishes_as_a_role_and_only_a_queue_subscribes() -> None:
    """EventBridge sends no source account to a topic or its key: a condition on it would never hold."""
    template = stack(pipe)
    (policy,) = resources(template, "aws_sns_topic_policy").values()
    statements = {one["Sid"]: one for one in json.loads(policy["policy"])["Statement"]}
    assert set(statements) == {"Subscribe", "DenyPlainHttp"}
    assert statements["Subscribe"]["Condition"] == {"StringEquals": {"sns:Protocol": "sqs"}}
    (key,) = resources(template, "aws_kms_key").values()
    assert "events.amazonaws.com" not in key["policy"]
    (target,) = resources(template, "aws_cloudwatch_event_target").values()
    roles = {one["name"]: one for one in resources(template, "aws_iam_role").values()}
    name = target["role_arn"].rpartition("/")[2]
    (trust,) = json.loads(roles[name]["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"Service": "events.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}
    (topic,) = resources(template, "aws_sns_topic").values()
    (grants,) = [one for one in resources(template, "aws_iam_role_policy").values() if "sns:Publish" in one["policy"]]
    allowed = {one["Sid"]: one for one in json.loads(grants["policy"])["Statement"]}
    assert allowed["Publish"]["Resource"].endswith(f":{topic['name']}")
    assert allowed["UseKey"]["Condition"]["StringEquals"] == {"kms:ViaService": "sns.eu-west-1.amazonaws.com"}
    assert allowed["UseKey"]["Condition"]["ForAnyValue:StringEquals"]["kms:ResourceAliases"].startswith("alias/")


def test_csv_has_no_record() -> None:
    with pytest.raises(ConstructError, match="holds CSV, whose rows do not fit"):
        stack(lambda s: pipe(s, Format.CSV))
