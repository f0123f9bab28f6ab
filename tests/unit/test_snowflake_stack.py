"""Stacks on Snowflake: provider, aliases, previews, plain SQL, and the settings behind them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from snowflake_stack_builder import KEY, environment_with_snowflake, stack

from lakekit.bindings import cdktf, snowflake
from lakekit.core.stack import LakehouseStack
from lakekit.errors import ConstructError, LakekitError
from lakekit.snowflake import Administrator, CreditMonitor, SnowflakeStack, SqlExecute
from lakekit.snowflake.resources import create_resource
from lakekit.testing import environment, resources, synthesize
from nonempty import nonempty

SQL = {
    "execute": "CREATE CATALOG INTEGRATION IF NOT EXISTS X",
    "revert": "DROP CATALOG INTEGRATION IF EXISTS X",
    "probe": "DESCRIBE CATALOG INTEGRATION X",
}


def test_the_provider_names_account_role_and_user_and_holds_no_secret() -> None:
    provider, *_ = stack(lambda s: None)["provider"]["snowflake"]
    assert provider == {
        "organization_name": "acmeorg",
        "account_name": "lake_dev",
        "user": "SVC_ACME_DEV_DEPLOYER",
        "role": "SYSADMIN",
        "authenticator": "SNOWFLAKE_JWT",
        "params": {"query_tag": '{"cost_center": "cc-1001", "environment": "dev", "stack": "test-snowflake"}'},
    }


def test_oauth_is_a_setting() -> None:
    providers = stack(lambda s: None, environment_with_snowflake(snowflake={"authenticator": "oauth"}))["provider"][
        "snowflake"
    ]
    assert {one["authenticator"] for one in providers} == {"OAUTH"}


def test_source_and_version_range_are_the_environments() -> None:
    template = stack(lambda s: None)
    assert template["terraform"]["required_providers"]["snowflake"] == {
        "source": "snowflakedb/snowflake",
        "version": ">= 2.11.0, < 3.0.0",
    }
    chosen = environment_with_snowflake(snowflake={"provider": {"version": "~> 2.18"}})
    assert stack(lambda s: None, chosen)["terraform"]["required_providers"]["snowflake"]["version"] == "~> 2.18"


def test_stack_metadata_names_the_provider() -> None:
    ours = stack(lambda s: None)["//"]["metadata"]["lakekit"]
    assert (ours["provider"], ours["snowflake_account"], ours["edition"]) == (
        "snowflake",
        "ACMEORG-LAKE_DEV",
        "enterprise",
    )


def test_every_administrative_role_has_an_alias_used_or_not() -> None:
    """Without it, Terraform cannot delete the last object that a role owns."""

    def build(s: SnowflakeStack) -> None:
        create_resource(s, "Role", snowflake.account_role.AccountRole, role=Administrator.USERS, name="FR_X")
        create_resource(s, "Other", snowflake.account_role.AccountRole, role=Administrator.USERS, name="FR_Y")

    template = stack(build)
    aliases = [None, "useradmin", "securityadmin", "accountadmin"]
    assert [one.get("alias") for one in template["provider"]["snowflake"]] == aliases
    assert stack(lambda s: None)["provider"]["snowflake"] == template["provider"]["snowflake"]
    for role in nonempty(resources(template, "snowflake_account_role").values()):
        assert role["provider"] == "snowflake.useradmin"


def test_previews_are_computed_from_the_tree_for_every_alias() -> None:
    def build(s: SnowflakeStack) -> None:
        create_resource(
            s, "Stage", snowflake.stage.Stage, role=Administrator.SECURITY, database="D", schema="S", name="N"
        )
        create_resource(s, "Database", snowflake.database.Database, name="D")

    for provider in nonempty(stack(build)["provider"]["snowflake"]):
        assert provider["preview_features_enabled"] == ["snowflake_stage_resource"]


def test_preview_feature_is_kept_for_removal() -> None:
    """The provider neither reads nor deletes what it does not have enabled."""
    template = synthesize(
        lambda app: SnowflakeStack(app, environment_with_snowflake(), keep_preview_features=["snowflake_pipe"])
    )
    for provider in nonempty(template["provider"]["snowflake"]):
        assert provider["preview_features_enabled"] == ["snowflake_pipe_resource"]


def test_data_sources_need_previews_too() -> None:
    module = snowflake.data_snowflake_system_get_aws_sns_iam_policy

    def build(s: SnowflakeStack) -> None:
        module.DataSnowflakeSystemGetAwsSnsIamPolicy(s, "Policy", aws_sns_topic_arn="arn:aws:sns:eu-west-1:1:t")

    for provider in nonempty(stack(build)["provider"]["snowflake"]):
        assert provider["preview_features_enabled"] == ["snowflake_system_get_aws_sns_iam_policy_datasource"]


@pytest.mark.parametrize(
    ("name", "arguments", "problem"),
    [
        ("snow", {}, "name it snow-snowflake"),
        (
            "snowflake",
            {"keep_preview_features": ["snowflake_database"]},
            "'snowflake_database' is not a preview feature of the provider",
        ),
        ("snowflake", {"domain": "finance"}, "'finance' is not a domain of dev: platform, sales"),
    ],
)
def test_invalid_stack_is_rejected(name: str, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(LakekitError, match=problem):
        SnowflakeStack(cdktf.Testing.app(), environment_with_snowflake(), name, **arguments)


def test_an_environment_without_snowflake_has_no_such_stack() -> None:
    with pytest.raises(LakekitError, match="dev has no Snowflake account"):
        SnowflakeStack(cdktf.Testing.app(), environment())


def test_constructs_need_a_snowflake_stack() -> None:
    def build(app: Any) -> LakehouseStack:
        made = LakehouseStack(app, environment_with_snowflake(), "storage")
        CreditMonitor(made, "Monitor", name="x", monthly_credits=1)
        return made

    with pytest.raises(ConstructError, match="without the Snowflake provider"):
        synthesize(build)


def test_plain_sql_has_three_statements() -> None:
    (made,) = resources(stack(lambda s: SqlExecute(s, "X", **SQL)), "snowflake_execute").values()
    assert (made["execute"], made["revert"], made["query"]) == (SQL["execute"], SQL["revert"], SQL["probe"])


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"revert": " "}, "revert is empty"),
        ({"probe": "CALL X()"}, "probe is not read-only: CALL"),
        ({"execute": "CREATE  or REPLACE TABLE X (A INT)"}, "CREATE OR REPLACE"),
        ({"execute": "CREATE USER X PASSWORD = 'x'"}, "holds a secret"),
        ({"execute": "CREATE TABLE X (A INT); DROP TABLE Y"}, "more than one statement"),
    ],
)
def test_unsafe_sql_is_rejected(change: dict[str, str], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        stack(lambda s: SqlExecute(s, "X", **{**SQL, **change}))


def test_a_semicolon_in_a_string_is_text() -> None:
    stack(lambda s: SqlExecute(s, "X", **{**SQL, "execute": "CREATE TABLE X (A INT) COMMENT = 'a; b'"}))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"allowed_networks": ["0.0.0.0/0"]}, "too wide"),
        ({"allowed_networks": []}, "at least 1 item"),
        ({"allowed_networks": ["203.0.113.7/24"]}, "host bits"),
        ({"region": "aws_us_east_1"}, "charged for data transfer between regions"),
        ({"edition": "standard", "workloads": {"query": {"max_clusters": 2}}}, "needs Enterprise edition"),
        ({"workloads": {"query": {"roles": ["nobody"]}}}, "nobody is not one of"),
        ({"service_users": {"x": {"role": "nobody", "workload": "load", "public_key": KEY}}}, "nobody is not one of"),
        ({"service_users": {"x": {"role": "analyst", "workload": "no", "public_key": KEY}}}, "no is not one of load"),
        ({"service_users": {"x": {"role": "analyst", "workload": "load", "public_key": "secret"}}}, "public_key"),
        (
            {
                "service_users": {
                    "x": {"role": "analyst", "workload": "load", "public_key": KEY, "next_public_key": KEY}
                }
            },
            "the same key",
        ),
        ({"workloads": {"deployer": {}}}, "reserved for `lakekit snowflake bootstrap`"),
        (
            {"service_users": {"deployer": {"role": "analyst", "workload": "load", "public_key": KEY}}},
            "service_users.deployer",
        ),
        ({"nonsense": 1}, "Extra inputs"),
    ],
)
def test_invalid_settings_are_rejected(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        environment_with_snowflake(snowflake=change)
