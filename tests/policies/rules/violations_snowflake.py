"""Weakening changes of the Snowflake stacks."""

from __future__ import annotations

import json
from typing import Any

from rule_cases import Change, Document, both, drop, put

_PLATFORM, _SALES = "snowflake", "sales-snowflake"
_QUERY = "snowflake_warehouse/QueryWorkload"
_CURATED = "snowflake_database/CuratedZone"
_ORDERS = "snowflake_schema/Orders_Schema"
_READS = "snowflake_grant_privileges_to_account_role/Orders_Schema_ReadsFutureTables"


def _standard(document: Document) -> None:
    document["//"]["metadata"]["lakekit"]["edition"] = "standard"


def _event_from_anywhere(document: Document) -> None:
    (rule,) = document["resource"]["aws_cloudwatch_event_rule"].values()
    pattern = json.loads(rule["event_pattern"])
    del pattern["account"]
    rule["event_pattern"] = json.dumps(pattern)


SYNTH: dict[str, tuple[str, Change]] = {
    "LK_SF_1": (_PLATFORM, put(f"{_QUERY}/generation", "3")),
    "LK_SF_2": (_SALES, put("provider/snowflake/0/preview_features_enabled/0", "snowflake_alert_resource")),
    "LK_SF_3": (_PLATFORM, put("provider/snowflake/0/password", "secret")),
    "LK_SF_4": (_PLATFORM, put(f"{_CURATED}/provider", "snowflake.accountadmin")),
    "LK_SF_5": (_PLATFORM, put(f"{_QUERY}/auto_suspend", 3600)),
    "LK_SF_6": (_PLATFORM, drop(f"{_QUERY}/resource_monitor")),
    "LK_SF_7": (_PLATFORM, put(f"{_QUERY}/statement_timeout_in_seconds", 172_800)),
    "LK_SF_8": (_PLATFORM, put(f"{_QUERY}/enable_query_acceleration", "true")),
    "LK_SF_9": (_PLATFORM, drop("snowflake_resource_monitor/QueryWorkload/suspend_trigger")),
    "LK_SF_10": (_PLATFORM, put(f"{_CURATED}/data_retention_time_in_days", 1)),
    "LK_SF_11": (_SALES, put(f"{_ORDERS}/with_managed_access", "false")),
    "LK_SF_12": (_SALES, put(f"{_READS}/account_role_name", "PUBLIC")),
    "LK_SF_13": (_SALES, put("snowflake_grant_account_role/Orders_Schema_ReadEuAnalyst/parent_role_name", "PUBLIC")),
    "LK_SF_14": (_PLATFORM, drop("snowflake_grant_account_role/EuAnalyst_Parent")),
    "LK_SF_15": (_PLATFORM, drop("snowflake_service_user/TransformerUser/network_policy")),
    "LK_SF_16": (_PLATFORM, put("resource/snowflake_user", {"New": {"name": "JOAN", "password": "x"}})),
    "LK_SF_17": (_PLATFORM, put("snowflake_network_policy/Account/allowed_ip_list", ["0.0.0.0/0"])),
    "LK_SF_18": (_PLATFORM, put("snowflake_account_parameter/Account_PreventUnloadToInlineUrl/value", "false")),
    "LK_SF_19": (_SALES, put("snowflake_storage_integration/OrderFiles/storage_allowed_locations", ["s3://*/"])),
    "LK_SF_20": (_SALES, put("snowflake_stage/OrderEventFiles/credentials", "AWS_KEY_ID='x'")),
    "LK_SF_21": (_SALES, put("snowflake_file_format/Json/replace_invalid_characters", True)),
    "LK_SF_22": (_SALES, put("snowflake_pipe/OrderEvents/auto_ingest", False)),
    "LK_SF_23": (_PLATFORM, put("snowflake_external_volume/CuratedVolume/allow_writes", "true")),
    "LK_SF_24": (_SALES, put("snowflake_execute/Orders_Table/revert", "SELECT 1")),
    "LK_SF_25": (_PLATFORM, drop("snowflake_tag/Access_ClassificationTag/masking_policies/0")),
    "LK_SF_26": (_SALES, put("snowflake_tag_association/Orders_RestrictedColumns/skip_validation", True)),
    "LK_SF_27": (_PLATFORM, put("snowflake_masking_policy/Access_MaskVarchar/body", "VAL")),
    "LK_SF_28": (_SALES, put("snowflake_row_access_policy/Orders_Rows/body", "TRUE")),
    "LK_SF_29": (_SALES, drop("snowflake_table/OrderEvents/comment")),
    "LK_SF_31": (_PLATFORM, drop("snowflake_service_user/TransformerUser/query_tag")),
    "LK_SF_32": (
        _PLATFORM,
        put("snowflake_masking_policy/Access_MaskVarchar/body", "IFF(CURRENT_ROLE() = 'FR_A', VAL, '*** MASKED ***')"),
    ),
    "LK_EVB_1": (_SALES, _event_from_anywhere),
}


def _add(kind: str, **body: Any) -> tuple[str, Change]:
    """A new resource of the platform stack; many of these types need a preview feature as well."""
    return _PLATFORM, put(f"resource/snowflake_{kind}", {"New": body})


SYNTH_WITH_SIDE_FINDINGS: dict[str, tuple[str, Change]] = {
    "LK_SF_33": _add("network_rule", name="N", type="IPV4", mode="INGRESS", value_list=["0.0.0.0/0"]),
    "LK_SF_34": _add("grant_ownership", account_role_name="PUBLIC", on=[{"object_type": "TABLE", "object_name": "T"}]),
    "LK_SF_35": _add("grant_database_role", database_role_name="D.R", parent_role_name="PUBLIC"),
    "LK_SF_36": _add("share", name="S", accounts=["EVILORG.EVILACC"]),
    "LK_SF_37": _add("failover_group", name="F", allowed_accounts=["EVILORG.EVILACC"]),
    "LK_SF_38": _add("email_notification_integration", name="E", allowed_recipients=["x@evil.example"]),
    "LK_SF_39": _add("task", name="T", sql_statement="GRANT ROLE ACCOUNTADMIN TO USER BOB"),
    "LK_SF_40": _add("procedure_sql", name="P", procedure_definition="BEGIN GRANT ROLE A TO USER B; END"),
    "LK_SF_41": _add("view", name="V", statement="SELECT A FROM T"),
    "LK_SF_42": _add("password_policy", name="P", min_length=8),
    "LK_SF_43": _add("scim_integration", name="S"),
    "LK_SF_44": _add("user_programmatic_access_token", name="T", user="U"),
    "LK_SF_45": _add("managed_account", name="R", admin_name="A"),
    "LK_SF_46": _add("secret_with_generic_string", name="S", secret_string="x"),
    "LK_SF_48": (
        _PLATFORM,
        put(
            "snowflake_execute/Catalog_Integration/execute",
            "CREATE CATALOG INTEGRATION IF NOT EXISTS CI_ACME_PROD_GLUE REST_CONFIG = (CATALOG_URI = 'https://a.example')",
        ),
    ),
    "LK_SF_49": _add("table_column_masking_policy_application", table="T", column="C", masking_policy="D.S.EVIL"),
    "LK_SF_47": _add("compute_pool", name="P", auto_suspend_secs=0),
    # The Standard edition also affects the rule on data retention.
    "LK_SF_30": (_SALES, both(_standard)),
}
