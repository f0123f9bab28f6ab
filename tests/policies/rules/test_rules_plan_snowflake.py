"""What a plan destroys, removes or weakens in Snowflake."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, change
from test_rules_plan import UNCHANGED, instead, update

__all__ = ["test_passes", "test_rejects"]

DATABASE = {"name": "ACME_PROD_CURATED", "data_retention_time_in_days": 30}
SCHEMA = {"name": "SALES_ORDERS", "with_managed_access": "true", "data_retention_time_in_days": 30}
MASK = {"name": "MASK_VARCHAR", "body": "CASE …"}
TABLE = '"ACME_PROD_CURATED"."SALES_ORDERS"."ORDERS"'
ROWS = {
    "execute": f"ALTER ICEBERG TABLE {TABLE} ADD ROW ACCESS POLICY P ON (COUNTRY)",
    "revert": f"ALTER ICEBERG TABLE IF EXISTS {TABLE} DROP ROW ACCESS POLICY P",
}
MADE = {"execute": f"CREATE ICEBERG TABLE IF NOT EXISTS {TABLE}", "revert": f"DROP ICEBERG TABLE IF EXISTS {TABLE}"}
TAGGED = {"tag_id": "T", "tag_value": "restricted", "object_identifiers": ['"ACME_PROD_CURATED"."SALES_ORDERS"']}
IN_DATABASE = {**SCHEMA, "database": "ACME_PROD_CURATED"}

CASES = [
    Case(
        "LK_PLAN_1",
        UNCHANGED,
        {
            "a database": (instead(change("snowflake_database.D", "delete", DATABASE, None)), "is deleted"),
            "a schema replaced": (
                instead(change("snowflake_schema.S", "delete create", SCHEMA, SCHEMA, replace_paths=[["name"]])),
                "forced by name",
            ),
            "a table": (instead(change("snowflake_table.T", "delete", {"name": "T"}, None)), "records"),
        },
        {
            "in a sandbox": instead(change("snowflake_database.D", "delete", DATABASE, None), tier="sandbox"),
            "a role": instead(change("snowflake_account_role.R", "delete", {"name": "FR_X"}, None)),
        },
    ),
    Case(
        "LK_PLAN_2",
        UNCHANGED,
        {
            "a masking policy": (
                instead(change("snowflake_masking_policy.M", "delete", MASK, None)),
                "columns of that type show their values",
            ),
            "the network policy": (
                instead(change("snowflake_network_policy.N", "delete", {"name": "NP"}, None)),
                "works from everywhere",
            ),
            "a monitor": (
                instead(change("snowflake_resource_monitor.R", "delete", {"name": "RM"}, None)),
                "credits have no end",
            ),
            "a row access policy": (
                instead(change("snowflake_row_access_policy.R", "delete", {"name": "ROWS"}, None)),
                "rows that were hidden are seen",
            ),
            "its attachment": (instead(change("snowflake_execute.E", "delete", ROWS, None)), "takes off what protects"),
            "its attachment, and another table goes": (
                instead(
                    change("snowflake_execute.E", "delete", ROWS, None),
                    change(
                        "snowflake_execute.T", "delete", {"revert": MADE["revert"].replace("ORDERS", "OTHER")}, None
                    ),
                ),
                "takes off what protects",
            ),
            "a classification": (
                instead(change("snowflake_tag_association.A", "delete", TAGGED, None)),
                "go by the tag",
            ),
            "a classification, and another schema goes": (
                instead(
                    change("snowflake_tag_association.A", "delete", TAGGED, None),
                    change("snowflake_schema.S", "delete", {**IN_DATABASE, "name": "SALES"}, None),
                ),
                "go by the tag",
            ),
            "an account parameter": (
                instead(
                    change("snowflake_account_parameter.P", "delete", {"key": "PREVENT_UNLOAD", "value": "true"}, None)
                ),
                "falls back to Snowflake's own setting",
            ),
        },
        {
            "the table goes too": instead(
                change("snowflake_execute.E", "delete", ROWS, None), change("snowflake_execute.T", "delete", MADE, None)
            ),
            "the schema goes too": instead(
                change("snowflake_tag_association.A", "delete", TAGGED, None),
                change("snowflake_schema.S", "delete", IN_DATABASE, None),
            ),
            "the database goes too": instead(
                change("snowflake_tag_association.A", "delete", TAGGED, None),
                change("snowflake_database.D", "delete", DATABASE, None),
            ),
            "what protects nothing": instead(
                change("snowflake_execute.E", "delete", {"execute": "CREATE CATALOG X"}, None)
            ),
            "renamed": instead(
                change("snowflake_masking_policy.Old", "delete", MASK, None),
                change("snowflake_masking_policy.New", "create", None, MASK),
            ),
        },
    ),
    Case(
        "LK_PLAN_3",
        UNCHANGED,
        {
            "a shorter history": (
                update("snowflake_database.D", DATABASE, {**DATABASE, "data_retention_time_in_days": 7}),
                "data_retention_time_in_days goes from 30 to 7",
            ),
            "no history": (
                update("snowflake_schema.S", SCHEMA, {**SCHEMA, "data_retention_time_in_days": 0}),
                "goes from 30 to 0",
            ),
            "open access": (
                update("snowflake_schema.S", SCHEMA, {**SCHEMA, "with_managed_access": "false"}),
                "with_managed_access goes from true to false",
            ),
            "no monitor": (
                update("snowflake_warehouse.W", {"resource_monitor": "RM"}, {"resource_monitor": None}),
                "resource_monitor goes from RM to nothing",
            ),
            "from everywhere": (
                update("snowflake_service_user.U", {"network_policy": "NP"}, {"network_policy": ""}),
                "network_policy goes from NP",
            ),
            "unmasked": (
                update("snowflake_tag.T", {"masking_policies": ["M"]}, {"masking_policies": []}),
                "masking_policies goes from",
            ),
        },
        {"a longer history": update("snowflake_database.D", DATABASE, {**DATABASE, "data_retention_time_in_days": 60})},
    ),
]
