"""Data products in Snowflake: grants, tags, shared tables, row filters and checks."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from snowflake_stack_builder import (
    ORDERS,
    READER,
    ROLES,
    WRITER,
    environment_with_snowflake,
    product,
    role_grants,
    stack,
)

from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.errors import ConstructError
from lakekit.snowflake import (
    SnowflakeProduct,
    SnowflakeStack,
)
from lakekit.testing import resources


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


def test_a_product_takes_tables_of_the_lake_or_their_declarations() -> None:
    def build(s: SnowflakeStack) -> None:
        table = IcebergTable(s, "Orders", database="curated", table=ORDERS)
        SnowflakeProduct(s, "Product", zone=table.zone, tables=[table], description="d")
        with pytest.raises(ConstructError, match="table orders is in zone curated, the product is in zone raw"):
            SnowflakeProduct(s, "Raw", zone="raw", tables=[table], description="d")

    (made,) = (
        one["execute"]
        for one in resources(stack(build), "snowflake_execute").values()
        if one["execute"].startswith("CREATE ICEBERG TABLE")
    )
    assert "CATALOG_NAMESPACE = 'acme_dev_curated' CATALOG_TABLE_NAME = 'orders'" in made
