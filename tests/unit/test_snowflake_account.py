"""The account's baseline: parameters, network, monitors, warehouses, roles and service users."""

from __future__ import annotations

from typing import Any

import pytest
from snowflake_stack_builder import KEY, NEXT_KEY, environment_with_snowflake, platform, stack

from lakekit.environment import WorkloadSettings
from lakekit.errors import ConstructError
from lakekit.snowflake import FunctionalRole, GovernanceTags, ServiceUser, SnowflakeAccount, WorkloadWarehouse
from lakekit.testing import Template, resources
from nonempty import nonempty


def parameters(template: Template) -> dict[str, str]:
    return {one["key"]: one["value"] for one in resources(template, "snowflake_account_parameter").values()}


def test_data_leaves_only_through_integrations() -> None:
    found = parameters(stack(lambda s: SnowflakeAccount(s, "Account")))
    for key in (
        "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_CREATION",
        "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_OPERATION",
        "PREVENT_UNLOAD_TO_INLINE_URL",
        "PERIODIC_DATA_REKEYING",
    ):
        assert found[key] == "true"
    assert found["NETWORK_POLICY"] == "NP_ACME_DEV_OFFICE"


def test_standard_edition_is_not_asked_for_rekeying() -> None:
    found = parameters(
        stack(lambda s: SnowflakeAccount(s, "Account"), environment_with_snowflake(snowflake={"edition": "standard"}))
    )
    assert "PERIODIC_DATA_REKEYING" not in found


def test_one_environment_owns_a_shared_account() -> None:
    template = stack(
        lambda s: SnowflakeAccount(s, "Account"), environment_with_snowflake(snowflake={"owns_account": False})
    )
    assert list(template["resource"]) == ["snowflake_network_policy"]
    (policy,) = resources(template, "snowflake_network_policy").values()
    assert policy["provider"] == "snowflake.securityadmin"


def test_account_has_a_resource_monitor() -> None:
    template = stack(lambda s: SnowflakeAccount(s, "Account"))
    (monitor,) = resources(template, "snowflake_resource_monitor").values()
    assert monitor["credit_quota"] == 3 * 40  # the dev tier's, for each of three workloads
    (sql,) = resources(template, "snowflake_execute").values()
    assert sql["execute"] == "ALTER ACCOUNT SET RESOURCE_MONITOR = RM_ACME_DEV_ACCOUNT"
    assert sql["provider"] == "snowflake.accountadmin"


def test_an_account_quota_below_a_warehouses_is_refused() -> None:
    with pytest.raises(ConstructError, match="monthly_credits 10 is less than the 40"):
        stack(lambda s: SnowflakeAccount(s, "Account"), environment_with_snowflake(snowflake={"monthly_credits": 10}))


def test_warehouse_has_auto_suspend_monitor_and_timeout() -> None:
    template = stack(lambda s: WorkloadWarehouse(s, "Query"))
    (warehouse,) = resources(template, "snowflake_warehouse").values()
    assert {key: value for key, value in warehouse.items() if key not in ("//", "depends_on")} == {
        "name": "WH_ACME_DEV_QUERY",
        "comment": "A workload",
        "warehouse_type": "STANDARD",
        "warehouse_size": "XSMALL",
        "auto_resume": "true",
        "auto_suspend": 60,
        "initially_suspended": True,
        "statement_timeout_in_seconds": 3600,
        "statement_queued_timeout_in_seconds": 600,
        "resource_monitor": "RM_ACME_DEV_QUERY",
        "enable_query_acceleration": "false",
        # Only ACCOUNTADMIN may give a monitor to a warehouse.
        "provider": "snowflake.accountadmin",
    }
    (monitor,) = resources(template, "snowflake_resource_monitor").values()
    assert (monitor["credit_quota"], monitor["notify_triggers"]) == (40, [50, 80])
    assert (monitor["suspend_trigger"], monitor["suspend_immediate_trigger"]) == (100, 110)


def test_the_tier_decides_size_and_quota() -> None:
    template = stack(lambda s: WorkloadWarehouse(s, "Query"), environment_with_snowflake(tier="prod"))
    (warehouse,) = resources(template, "snowflake_warehouse").values()
    (monitor,) = resources(template, "snowflake_resource_monitor").values()
    assert (warehouse["warehouse_size"], monitor["credit_quota"]) == ("SMALL", 400)


def test_multi_cluster_needs_enterprise() -> None:
    settings = WorkloadSettings(max_clusters=3)
    template = stack(lambda s: WorkloadWarehouse(s, "Query", settings=settings))
    (warehouse,) = resources(template, "snowflake_warehouse").values()
    assert (warehouse["min_cluster_count"], warehouse["max_cluster_count"]) == (1, 3)
    with pytest.raises(ConstructError, match="need Enterprise edition, and the account is standard"):
        stack(
            lambda s: WorkloadWarehouse(s, "Query", settings=settings),
            environment_with_snowflake(snowflake={"edition": "standard"}),
        )


def test_a_functional_role_reaches_sysadmin() -> None:
    template = stack(lambda s: FunctionalRole(s, "Analyst"))
    (role,) = resources(template, "snowflake_account_role").values()
    (grant,) = resources(template, "snowflake_grant_account_role").values()
    assert role["name"] == grant["role_name"] == "FR_ACME_DEV_ANALYST"
    assert grant["parent_role_name"] == "SYSADMIN"
    assert (role["provider"], grant["provider"]) == ("snowflake.useradmin", "snowflake.securityadmin")


def test_a_role_that_is_not_declared_is_refused() -> None:
    with pytest.raises(ConstructError, match="declares no role 'stranger'"):
        stack(lambda s: FunctionalRole(s, "Stranger"))


def user(**more: Any) -> Template:
    settings = {"loader": {"role": "engineer", "workload": "load", "public_key": KEY, **more}}
    env = environment_with_snowflake(snowflake={"service_users": settings})
    assert env.snowflake
    loader = env.snowflake.service_users["loader"]
    return stack(lambda s: ServiceUser(s, "Loader", settings=loader, network_policy="NP"), env)


def test_service_user_has_key_network_policy_and_one_role() -> None:
    (made,) = resources(user(), "snowflake_service_user").values()
    assert made["rsa_public_key"] == KEY
    assert "rsa_public_key_2" not in made
    assert (made["network_policy"], made["default_role"]) == ("NP", "FR_ACME_DEV_ENGINEER")
    assert made["default_secondary_roles_option"] == "NONE"
    assert made["default_warehouse"] == "WH_ACME_DEV_LOAD"
    assert '"service": "loader"' in made["query_tag"]


def test_the_next_key_has_a_slot() -> None:
    (made,) = resources(user(next_public_key=NEXT_KEY), "snowflake_service_user").values()
    assert (made["rsa_public_key"], made["rsa_public_key_2"]) == (KEY, NEXT_KEY)


def test_the_classification_masks_every_type_by_the_same_condition() -> None:
    template = stack(lambda s: GovernanceTags(s, "Access"))
    policies = resources(template, "snowflake_masking_policy").values()
    conditions = {one["body"].split(" THEN VAL ELSE ")[0] for one in policies}
    assert len(policies) == 13
    assert len(conditions) == 1
    tags = {one["name"]: one for one in resources(template, "snowflake_tag").values()}
    assert len(tags["CLASSIFICATION"]["masking_policies"]) == 13
    assert tags["CLASSIFICATION"]["allowed_values"] == ["confidential", "internal", "public", "restricted"]
    assert tags["DOMAIN"]["allowed_values"] == ["platform", "sales"]
    assert "masking_policies" not in tags["ZONE"]


def test_masking_needs_enterprise() -> None:
    with pytest.raises(ConstructError, match="tags and masking policies need Enterprise"):
        stack(lambda s: GovernanceTags(s, "Access"), environment_with_snowflake(snowflake={"edition": "standard"}))


def test_standard_edition_has_a_platform_without_masking() -> None:
    template = platform(environment_with_snowflake(snowflake={"edition": "standard"}, tier="prod"))
    assert not {"snowflake_masking_policy", "snowflake_tag"} & set(template["resource"])
    for database in nonempty(resources(template, "snowflake_database").values()):
        assert database["data_retention_time_in_days"] == 1


def test_a_role_uses_the_warehouses_that_name_it() -> None:
    workloads = {"load": {"roles": ["engineer"]}, "query": {}}
    template = platform(environment_with_snowflake(snowflake={"workloads": workloads}))
    usage = {
        (one["on_account_object"]["object_name"], one["account_role_name"])
        for one in resources(template, "snowflake_grant_privileges_to_account_role").values()
    }
    assert usage == {
        ("WH_ACME_DEV_LOAD", "FR_ACME_DEV_ENGINEER"),
        ("WH_ACME_DEV_QUERY", "FR_ACME_DEV_ANALYST"),
        ("WH_ACME_DEV_QUERY", "FR_ACME_DEV_EU_ANALYST"),
        ("WH_ACME_DEV_QUERY", "FR_ACME_DEV_ENGINEER"),
    }
