"""Rules for Snowflake warehouses, resource monitors, databases and schemas."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import both, drop, put, tier
from snowflake_fixtures import case, edition

__all__ = ["test_passes", "test_rejects"]

_WAREHOUSE = "snowflake_warehouse/Query"
_MONITOR = "snowflake_resource_monitor/Query"
_DATABASE = "snowflake_database/Curated"
_SCHEMA = "snowflake_schema/Orders"


CASES = [
    case(
        "LK_SF_5",
        {
            "no auto-suspend": (put(f"{_WAREHOUSE}/auto_suspend", 0), "auto_suspend is 0"),
            "auto-suspend not set": (drop(f"{_WAREHOUSE}/auto_suspend"), "auto_suspend is not set"),
            "auto-suspend above the limit": (put(f"{_WAREHOUSE}/auto_suspend", 3600), "auto_suspend is 3600"),
            "no auto-resume": (put(f"{_WAREHOUSE}/auto_resume", "false"), "auto_resume"),
            "not initially suspended": (drop(f"{_WAREHOUSE}/initially_suspended"), "initially_suspended"),
        },
    ),
    case("LK_SF_6", {"no resource monitor": (drop(f"{_WAREHOUSE}/resource_monitor"), "resource_monitor is not set")}),
    case(
        "LK_SF_7",
        {
            "timeout of two days": (put(f"{_WAREHOUSE}/statement_timeout_in_seconds", 172_800), "172800"),
            "no queue timeout": (put(f"{_WAREHOUSE}/statement_queued_timeout_in_seconds", 0), "is 0"),
            "not set": (drop(f"{_WAREHOUSE}/statement_timeout_in_seconds"), "not set"),
        },
    ),
    case(
        "LK_SF_8",
        {
            "large warehouse in dev": (
                both(tier("dev"), put(f"{_WAREHOUSE}/warehouse_size", "2X-LARGE")),
                "2X-LARGE in tier dev",
            ),
            "many clusters in dev": (
                both(tier("dev"), put(f"{_WAREHOUSE}/max_cluster_count", 8)),
                "max_cluster_count is 8",
            ),
            "query acceleration": (
                put(f"{_WAREHOUSE}/enable_query_acceleration", "true"),
                "enable_query_acceleration is true",
            ),
        },
        {
            "large warehouse in prod": put(f"{_WAREHOUSE}/warehouse_size", "XLARGE"),
            "small warehouse in dev": tier("dev"),
        },
    ),
    case(
        "LK_SF_9",
        {
            "no quota": (drop(f"{_MONITOR}/credit_quota"), "credit_quota is not set"),
            "quota above the tier's limit": (
                put(f"{_MONITOR}/credit_quota", 400_000),
                "tier prod allows at most 10000",
            ),
            "prod quota in dev": (
                both(tier("dev"), put(f"{_MONITOR}/credit_quota", 5000)),
                "tier dev allows at most 1000",
            ),
            "no suspend trigger": (drop(f"{_MONITOR}/suspend_trigger"), "suspend_trigger is not set"),
            "suspend trigger above the limit": (
                put(f"{_MONITOR}/suspend_immediate_trigger", 200),
                "suspend_immediate_trigger is 200",
            ),
            "no notify trigger": (put(f"{_MONITOR}/notify_triggers", [100]), "notify_triggers has no value below 100"),
            "frequency NEVER": (put(f"{_MONITOR}/frequency", "NEVER"), "frequency is NEVER"),
        },
        {"large quota in prod": put(f"{_MONITOR}/credit_quota", 5000)},
    ),
    case(
        "LK_SF_10",
        {
            "retention of 0 days": (
                put(f"{_DATABASE}/data_retention_time_in_days", 0),
                "data_retention_time_in_days is 0",
            ),
            **{
                f"retention of 0 days by {kind}": (
                    put(f"resource/{kind}", {"P": {"key": "data_retention_time_in_days", "value": "0"}}),
                    "DATA_RETENTION_TIME_IN_DAYS is 0; at least 7",
                )
                for kind in ("snowflake_object_parameter", "snowflake_account_parameter")
            },
            "retention not set": (drop(f"{_DATABASE}/data_retention_time_in_days"), "not set"),
            "schema with a retention below the minimum": (
                put(f"{_SCHEMA}/data_retention_time_in_days", 1),
                "at least 7",
            ),
            "transient database": (put(f"{_DATABASE}/is_transient", True), "there is no Fail-safe"),
            "transient schema": (put(f"{_SCHEMA}/is_transient", "true"), "there is no Fail-safe"),
            "PUBLIC schema not dropped": (
                drop(f"{_DATABASE}/drop_public_schema_on_creation"),
                "drop_public_schema_on_creation is not true",
            ),
        },
        {
            "another parameter": put(
                "resource/snowflake_object_parameter", {"P": {"key": "MAX_CONCURRENCY_LEVEL", "value": "0"}}
            ),
            "schema without a retention": drop(f"{_SCHEMA}/data_retention_time_in_days"),
            "one day on Standard edition": both(
                edition("standard"),
                put(f"{_DATABASE}/data_retention_time_in_days", 1),
                put(f"{_SCHEMA}/data_retention_time_in_days", 1),
            ),
            "one day in dev": both(tier("dev"), put(f"{_DATABASE}/data_retention_time_in_days", 1)),
        },
    ),
    case(
        "LK_SF_11",
        {"no managed access": (put(f"{_SCHEMA}/with_managed_access", "false"), "with_managed_access is False")},
    ),
    case(
        "LK_SF_29",
        {
            "no comment": (drop("snowflake_table/Events/comment"), "comment is not set"),
            "retention of 0 days": (
                put("snowflake_table/Events/data_retention_time_in_days", 0),
                "data_retention_time_in_days is 0",
            ),
        },
    ),
]
