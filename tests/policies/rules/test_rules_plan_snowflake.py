"""Rules for plans with Snowflake resources."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, change
from test_rules_plan import UNCHANGED, replace_plan, update

__all__ = ["test_passes", "test_rejects"]

DATABASE = {"name": "ACME_PROD_CURATED", "data_retention_time_in_days": 30}
SCHEMA = {"name": "SALES_ORDERS", "with_managed_access": "true", "data_retention_time_in_days": 30}
MASK = {"name": "MASK_VARCHAR", "body": "CASE …"}
TABLE = '"ACME_PROD_CURATED"."SALES_ORDERS"."ORDERS"'
ROWS = {
    "execute": f"ALTER ICEBERG TABLE {TABLE} ADD ROW ACCESS POLICY P ON (COUNTRY)",
    "revert": f"ALTER ICEBERG TABLE IF EXISTS {TABLE} DROP ROW ACCESS POLICY P",
}
CREATE_TABLE = {
    "execute": f"CREATE ICEBERG TABLE IF NOT EXISTS {TABLE}",
    "revert": f"DROP ICEBERG TABLE IF EXISTS {TABLE}",
}
TAGGED = {"tag_id": "T", "tag_value": "restricted", "object_identifiers": ['"ACME_PROD_CURATED"."SALES_ORDERS"']}
IN_DATABASE = {**SCHEMA, "database": "ACME_PROD_CURATED"}

CASES = [
    Case(
        "LK_PLAN_1",
        UNCHANGED,
        {
            "database deleted": (replace_plan(change("snowflake_database.D", "delete", DATABASE, None)), "is deleted"),
            "schema replaced": (
                replace_plan(change("snowflake_schema.S", "delete create", SCHEMA, SCHEMA, replace_paths=[["name"]])),
                "forced by name",
            ),
            "table deleted": (replace_plan(change("snowflake_table.T", "delete", {"name": "T"}, None)), "records"),
        },
        {
            "sandbox": replace_plan(change("snowflake_database.D", "delete", DATABASE, None), tier="sandbox"),
            "role deleted": replace_plan(change("snowflake_account_role.R", "delete", {"name": "FR_X"}, None)),
        },
    ),
    Case(
        "LK_PLAN_2",
        UNCHANGED,
        {
            "masking policy deleted": (
                replace_plan(change("snowflake_masking_policy.M", "delete", MASK, None)),
                "is deleted: columns of that type are no longer masked",
            ),
            "network policy deleted": (
                replace_plan(change("snowflake_network_policy.N", "delete", {"name": "NP"}, None)),
                "is deleted: leaked credentials can be used from any network",
            ),
            "resource monitor deleted": (
                replace_plan(change("snowflake_resource_monitor.R", "delete", {"name": "RM"}, None)),
                "is deleted: credit usage is no longer limited",
            ),
            "row access policy deleted": (
                replace_plan(change("snowflake_row_access_policy.R", "delete", {"name": "ROWS"}, None)),
                "is deleted: rows are no longer filtered",
            ),
            "row access policy detached": (
                replace_plan(change("snowflake_execute.E", "delete", ROWS, None)),
                "is deleted: its revert removes a protection",
            ),
            "row access policy detached with another table": (
                replace_plan(
                    change("snowflake_execute.E", "delete", ROWS, None),
                    change(
                        "snowflake_execute.T",
                        "delete",
                        {"revert": CREATE_TABLE["revert"].replace("ORDERS", "OTHER")},
                        None,
                    ),
                ),
                "is deleted: its revert removes a protection",
            ),
            "classification deleted": (
                replace_plan(change("snowflake_tag_association.A", "delete", TAGGED, None)),
                "is deleted: masking policies and reports based on the tag no longer apply",
            ),
            "classification deleted with another schema": (
                replace_plan(
                    change("snowflake_tag_association.A", "delete", TAGGED, None),
                    change("snowflake_schema.S", "delete", {**IN_DATABASE, "name": "SALES"}, None),
                ),
                "is deleted: masking policies and reports based on the tag no longer apply",
            ),
            "account parameter deleted": (
                replace_plan(
                    change("snowflake_account_parameter.P", "delete", {"key": "PREVENT_UNLOAD", "value": "true"}, None)
                ),
                "is deleted: the account uses Snowflake's default",
            ),
        },
        {
            "deleted with the table": replace_plan(
                change("snowflake_execute.E", "delete", ROWS, None),
                change("snowflake_execute.T", "delete", CREATE_TABLE, None),
            ),
            "deleted with the schema": replace_plan(
                change("snowflake_tag_association.A", "delete", TAGGED, None),
                change("snowflake_schema.S", "delete", IN_DATABASE, None),
            ),
            "deleted with the database": replace_plan(
                change("snowflake_tag_association.A", "delete", TAGGED, None),
                change("snowflake_database.D", "delete", DATABASE, None),
            ),
            "statement without a protection": replace_plan(
                change("snowflake_execute.E", "delete", {"execute": "CREATE CATALOG X"}, None)
            ),
            "renamed": replace_plan(
                change("snowflake_masking_policy.Old", "delete", MASK, None),
                change("snowflake_masking_policy.New", "create", None, MASK),
            ),
        },
    ),
    Case(
        "LK_PLAN_3",
        UNCHANGED,
        {
            "shorter Time Travel": (
                update("snowflake_database.D", DATABASE, {**DATABASE, "data_retention_time_in_days": 7}),
                "data_retention_time_in_days changes from 30 to 7",
            ),
            "Time Travel disabled": (
                update("snowflake_schema.S", SCHEMA, {**SCHEMA, "data_retention_time_in_days": 0}),
                "data_retention_time_in_days changes from 30 to 0",
            ),
            "managed access disabled": (
                update("snowflake_schema.S", SCHEMA, {**SCHEMA, "with_managed_access": "false"}),
                "with_managed_access changes from true to false",
            ),
            "resource monitor removed": (
                update("snowflake_warehouse.W", {"resource_monitor": "RM"}, {"resource_monitor": None}),
                "resource_monitor changes from RM to not set",
            ),
            "network policy removed": (
                update("snowflake_service_user.U", {"network_policy": "NP"}, {"network_policy": ""}),
                "network_policy changes from NP to ",
            ),
            "masking policies removed": (
                update("snowflake_tag.T", {"masking_policies": ["M"]}, {"masking_policies": []}),
                "masking_policies changes from ['M'] to []",
            ),
        },
        {
            "longer Time Travel": update(
                "snowflake_database.D", DATABASE, {**DATABASE, "data_retention_time_in_days": 60}
            )
        },
    ),
]
