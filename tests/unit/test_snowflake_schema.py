"""Snowflake databases and schemas: managed access, access roles and grants."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from snowflake_stack_builder import OWNER, READER, WRITER, environment_with_snowflake, role_grants, schema, stack, total

from lakekit.errors import ConstructError
from lakekit.snowflake import (
    FunctionalRole,
    SnowflakeDatabase,
    SnowflakeSchema,
    SnowflakeStack,
    WorkloadWarehouse,
)
from lakekit.snowflake.schema import RESOURCES_PER_SCHEMA
from lakekit.testing import resources


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


def test_grants_take_a_functional_role_or_its_name() -> None:
    def build(s: SnowflakeStack) -> None:
        made, role = schema(s), FunctionalRole(s, "Analyst")
        assert made.grant_read(role) is made.grant_read("analyst")
        warehouse = WorkloadWarehouse(s, "Query")
        warehouse.grant_usage(role)
        warehouse.grant_usage("engineer")

    template = stack(build)
    assert (READER, "FR_ACME_DEV_ANALYST") in role_grants(template)
    usage = {
        one["account_role_name"]: one["depends_on"]
        for one in resources(template, "snowflake_grant_privileges_to_account_role").values()
        if one.get("on_account_object", {}).get("object_type") == "WAREHOUSE"
    }
    assert set(usage) == {"FR_ACME_DEV_ANALYST", "FR_ACME_DEV_ENGINEER"}
    (role,) = (
        f"snowflake_account_role.{one['//']['metadata']['uniqueId']}"
        for one in resources(template, "snowflake_account_role").values()
        if one["name"] == "FR_ACME_DEV_ANALYST"
    )
    assert role in usage["FR_ACME_DEV_ANALYST"]


@pytest.mark.parametrize("role", ["PUBLIC", "SECURITYADMIN", "stranger"])
def test_usage_by_public_or_an_unknown_role_is_rejected(role: str) -> None:
    with pytest.raises(ConstructError, match=r"cannot grant to|declares no role"):
        stack(lambda s: WorkloadWarehouse(s, "Query").grant_usage(role))


def test_an_unknown_database_is_rejected() -> None:
    with pytest.raises(ConstructError, match="no Snowflake database 'crated'; its databases are raw, curated"):
        stack(lambda s: SnowflakeSchema(s, "Orders", database="crated", comment="c"))
    with pytest.raises(ConstructError, match="no Snowflake database 'landing'"):
        stack(lambda s: SnowflakeDatabase.from_name(s, "Landing", "landing"))


def test_a_schema_depends_on_a_database_of_its_stack() -> None:
    def build(s: SnowflakeStack) -> None:
        SnowflakeSchema(s, "Orders", database=SnowflakeDatabase(s, "Curated", comment="c"), comment="c")
        SnowflakeSchema(s, "Refunds", database=SnowflakeDatabase.from_name(s, "Other", "curated"), comment="c")

    schemas = {one["name"]: one for one in resources(stack(build), "snowflake_schema").values()}
    assert {one["database"] for one in schemas.values()} == {"ACME_DEV_CURATED"}
    assert any(one.startswith("snowflake_database.") for one in schemas["ORDERS"]["depends_on"])
    assert "depends_on" not in schemas["REFUNDS"]


def test_a_warehouse_of_another_stack_is_granted_once() -> None:
    def build(s: Any) -> None:
        first = WorkloadWarehouse.from_name(s, "One", "query")
        second = WorkloadWarehouse.from_name(s, "Two", "query")
        assert first.name == second.name == "WH_ACME_DEV_QUERY"
        assert first.grant_usage("analyst") is second.grant_usage("analyst")

    template = stack(build)
    assert set(template["resource"]) == {"snowflake_grant_privileges_to_account_role"}
    (grant,) = resources(template, "snowflake_grant_privileges_to_account_role").values()
    assert grant["account_role_name"] == "FR_ACME_DEV_ANALYST"
    assert grant["on_account_object"] == {"object_type": "WAREHOUSE", "object_name": "WH_ACME_DEV_QUERY"}


def test_a_warehouse_that_does_not_exist_is_rejected() -> None:
    with pytest.raises(ConstructError, match="dev has no warehouse 'qurey'; known: load, transform, query"):
        stack(lambda s: WorkloadWarehouse.from_name(s, "Query", "qurey"))
