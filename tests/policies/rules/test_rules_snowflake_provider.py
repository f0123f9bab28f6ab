"""Rules for the Snowflake provider, query tags and SQL statements."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import both, drop, findings, put
from snowflake_fixtures import WAREHOUSE, case, edition

__all__ = ["test_passes", "test_rejects"]

_PROVIDER = "provider/snowflake/0"
_WAREHOUSE = "snowflake_warehouse/Query"
_DATABASE = "snowflake_database/Curated"
_SCHEMA = "snowflake_schema/Orders"
_GRANT = "snowflake_grant_privileges_to_account_role/Reads"
_USER = "snowflake_service_user/Loader"
_STAGE = "snowflake_stage/Landing"
_SQL = "snowflake_execute/Orders"


CASES = [
    case(
        "LK_SF_1",
        {
            "misspelled argument": (put(f"{_WAREHOUSE}/auto_supend", 60), "auto_supend is not an argument"),
            "missing argument": (drop(f"{_STAGE}/schema"), "schema is required"),
            "text for a number": (put(f"{_WAREHOUSE}/auto_suspend", "soon"), "a str, not a number"),
            "boolean for a number": (put(f"{_WAREHOUSE}/auto_suspend", True), "a bool, not a number"),
            "boolean for a string": (put(f"{_SCHEMA}/with_managed_access", True), "a bool, not a string"),
            "unknown value": (put(f"{_WAREHOUSE}/warehouse_size", "HUGE"), "'HUGE' is not one of XSMALL"),
            "several blocks where one is allowed": (
                put(f"{_GRANT}/on_schema_object", [{"object_type": "VIEW"}, {"object_type": "TABLE"}]),
                "on_schema_object has 2 blocks",
            ),
            "unknown value in a nested block": (
                put(f"{_GRANT}/on_schema_object/future/object_type_plural", "TABLE"),
                "'TABLE' is not",
            ),
            "empty list of blocks": (put("snowflake_table/Events/column", []), "column is empty"),
            "text for a list": (put(f"{_GRANT}/privileges", "SELECT"), "a str, not a list"),
            "unknown resource type": (
                put("resource/snowflake_wharehouse", {"X": {}}),
                "is not a type of provider 2.11.0",
            ),
            "misspelled provider argument": (put(f"{_PROVIDER}/acount", "x"), "acount is not an argument"),
        },
        {
            "expression": put(f"{_WAREHOUSE}/auto_suspend", "${var.idle}"),
            "value in lower case": put(f"{_WAREHOUSE}/warehouse_size", "small"),
            "meta-arguments": put(f"{_WAREHOUSE}/depends_on", ["snowflake_resource_monitor.Query"]),
        },
    ),
    case(
        "LK_SF_2",
        {
            "missing preview feature": (
                drop(f"{_PROVIDER}/preview_features_enabled/0"),
                "external_volume_resource is used",
            ),
            "unused preview feature": (
                put(f"{_PROVIDER}/preview_features_enabled/0", "snowflake_alert_resource"),
                "preview feature snowflake_alert_resource is enabled but not used",
            ),
        },
    ),
    case(
        "LK_SF_3",
        {
            "private key": (put(f"{_PROVIDER}/private_key", "x"), "private_key is set in the configuration"),
            "password authenticator": (put(f"{_PROVIDER}/authenticator", "SNOWFLAKE"), "use a key pair or OAuth"),
            "no account": (drop(f"{_PROVIDER}/account_name"), "account_name is not set"),
            "insecure mode": (put(f"{_PROVIDER}/insecure_mode", True), "insecure_mode"),
            "no provider block": (drop("provider/snowflake"), "organization_name is not set"),
        },
        {"OAuth": put(f"{_PROVIDER}/authenticator", "OAUTH")},
    ),
    case(
        "LK_SF_4",
        {
            "database created by ACCOUNTADMIN": (
                put(f"{_DATABASE}/provider", "snowflake.accountadmin"),
                "created by ACCOUNTADMIN",
            ),
            "default provider role": (
                put(f"{_PROVIDER}/role", "ACCOUNTADMIN"),
                "ACCOUNTADMIN is the role of the default provider",
            ),
            "no provider role": (drop(f"{_PROVIDER}/role"), "role is not set"),
            "SQL executed by ACCOUNTADMIN": (
                put(f"{_SQL}/provider", "snowflake.accountadmin"),
                "created by ACCOUNTADMIN",
            ),
            "resource monitor assigned by SYSADMIN": (
                drop(f"{_WAREHOUSE}/provider"),
                "created by SYSADMIN",
            ),
        },
        {
            "SQL that requires ACCOUNTADMIN": both(
                put(f"{_SQL}/provider", "snowflake.accountadmin"),
                put(f"{_SQL}/execute", "ALTER ACCOUNT SET RESOURCE_MONITOR = RM"),
            )
        },
    ),
    case(
        "LK_SF_18",
        {
            "protection disabled": (
                put("snowflake_account_parameter/Inline/value", "false"),
                "PREVENT_UNLOAD_TO_INLINE_URL is false",
            ),
            "statement timeout of two days": (
                put("snowflake_account_parameter/T", {"key": "STATEMENT_TIMEOUT_IN_SECONDS", "value": "172800"}),
                "172800",
            ),
        },
        {"unprotected parameter": put("snowflake_account_parameter/T", {"key": "TIMEZONE", "value": "UTC"})},
    ),
    case(
        "LK_SF_24",
        {
            "no query": (drop(f"{_SQL}/query"), "query is not a read-only statement"),
            "query that writes": (put(f"{_SQL}/query", "CALL P()"), "query is not a read-only statement"),
            "no revert": (put(f"{_SQL}/revert", "SELECT 1"), "revert is empty or read-only"),
            "CREATE OR REPLACE": (put(f"{_SQL}/execute", "create or  replace table t (a int)"), "CREATE OR REPLACE"),
            "GRANT statement": (
                put(f"{_SQL}/execute", "GRANT ROLE A TO ROLE B"),
                "execute is not an allowed statement: GRANT ROLE",
            ),
            "secret in the statement": (
                put(f"{_SQL}/execute", "CREATE USER U PASSWORD = 'x'"),
                "execute contains a secret",
            ),
        },
    ),
    case(
        "LK_SF_30",
        {
            "masking policy": (edition("standard"), "snowflake_masking_policy requires Enterprise edition"),
            "multi-cluster warehouse": (
                both(edition("standard"), put(f"{_WAREHOUSE}/max_cluster_count", 2)),
                "max_cluster_count 2 requires Enterprise edition",
            ),
            "retention of 30 days": (edition("standard"), "data_retention_time_in_days 30 requires Enterprise edition"),
            "periodic rekeying": (
                both(
                    edition("standard"),
                    put("snowflake_account_parameter/R", {"key": "PERIODIC_DATA_REKEYING", "value": "true"}),
                ),
                "PERIODIC_DATA_REKEYING requires Enterprise edition",
            ),
        },
        {"Business Critical edition": edition("business-critical")},
    ),
    case(
        "LK_SF_31",
        {
            "provider without a query tag": (drop(f"{_PROVIDER}/params"), "query_tag is not set"),
            "provider with other parameters": (put(f"{_PROVIDER}/params", {"timezone": "UTC"}), "query_tag is not set"),
            "service user without a query tag": (drop(f"{_USER}/query_tag"), "query_tag is not set"),
            "query tag that is not JSON": (
                put(f"{_USER}/query_tag", "loader"),
                "query_tag loader contains none of product, service, stack",
            ),
            "query tag without an owner key": (
                put(f"{_USER}/query_tag", '{"environment": "prod"}'),
                'query_tag {"environment": "prod"} contains none of product, service, stack',
            ),
            "empty owner key": (
                put(f"{_USER}/query_tag", '{"service": ""}'),
                'query_tag {"service": ""} contains none of product, service, stack',
            ),
            "JSON list": (
                put(f"{_USER}/query_tag", '["service"]'),
                'query_tag ["service"] contains none of product, service, stack',
            ),
        },
        {
            "query tag with a product": put(f"{_USER}/query_tag", '{"product": "orders"}'),
            "expression": put(f"{_USER}/query_tag", "${var.tag}"),
        },
    ),
]


def test_complete_stack_is_clean() -> None:
    assert [f"{one.rule_id} {one.address}: {one.reason}" for one in findings(WAREHOUSE)] == []
