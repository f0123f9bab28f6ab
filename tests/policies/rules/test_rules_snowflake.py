"""Snowflake: account, warehouses, roles and grants, the ways to the lake, masking."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, Document, both, drop, findings, put, tier
from snowflake_fixtures import KEY, WAREHOUSE

__all__ = ["test_passes", "test_rejects"]

_PROVIDER = "provider/snowflake/0"
_WAREHOUSE = "snowflake_warehouse/Query"
_MONITOR = "snowflake_resource_monitor/Query"
_DATABASE = "snowflake_database/Curated"
_SCHEMA = "snowflake_schema/Orders"
_GRANT = "snowflake_grant_privileges_to_account_role/Reads"
_ROLE_GRANT = "snowflake_grant_account_role/Analyst"
_ROLE = "snowflake_account_role/Analyst"
_USER = "snowflake_service_user/Loader"
_NETWORK = "snowflake_network_policy/Office/allowed_ip_list"
_INTEGRATION = "snowflake_storage_integration/Files"
_STAGE = "snowflake_stage/Landing"
_PIPE = "snowflake_pipe/Events"
_VOLUME = "snowflake_external_volume/Curated"
_SQL = "snowflake_execute/Orders"
_TAG = "snowflake_tag/Classification"
_TAGGED = "snowflake_tag_association/Email"
_MASK = "snowflake_masking_policy/Varchar/body"
_ROWS = "snowflake_row_access_policy/Rows/body"


def edition(name: str) -> Change:
    """The account's edition, as SnowflakeStack writes it beside the tier."""

    def change(document: Document) -> None:
        document["edition"] = name

    return change


def case(rule: str, bad: dict[str, tuple[Change, str]], also_good: dict[str, Change] | None = None) -> Case:
    return Case(rule, WAREHOUSE, bad, also_good or {})


CASES = [
    case(
        "LK_SF_1",
        {
            "a misspelt argument": (put(f"{_WAREHOUSE}/auto_supend", 60), "auto_supend is not an argument"),
            "a missing one": (drop(f"{_STAGE}/schema"), "schema is required"),
            "a word for a number": (put(f"{_WAREHOUSE}/auto_suspend", "soon"), "a str, not a number"),
            "true for a number": (put(f"{_WAREHOUSE}/auto_suspend", True), "a bool, not a number"),
            "a boolean for a word": (put(f"{_SCHEMA}/with_managed_access", True), "a bool, not a string"),
            "an unknown value": (put(f"{_WAREHOUSE}/warehouse_size", "HUGE"), "'HUGE' is not one of XSMALL"),
            "a list for one block": (
                put(f"{_GRANT}/on_schema_object", [{"object_type": "VIEW"}, {"object_type": "TABLE"}]),
                "on_schema_object has 2 blocks",
            ),
            "inside of blocks": (
                put(f"{_GRANT}/on_schema_object/future/object_type_plural", "TABLE"),
                "'TABLE' is not",
            ),
            "an empty list of blocks": (put("snowflake_table/Events/column", []), "column is empty"),
            "a word for a list": (put(f"{_GRANT}/privileges", "SELECT"), "a str, not a list"),
            "an unknown type": (put("resource/snowflake_wharehouse", {"X": {}}), "is not a type of provider 2.11.0"),
            "the provider itself": (put(f"{_PROVIDER}/acount", "x"), "acount is not an argument"),
        },
        {
            "an expression": put(f"{_WAREHOUSE}/auto_suspend", "${var.idle}"),
            "another case of a value": put(f"{_WAREHOUSE}/warehouse_size", "small"),
            "meta-arguments": put(f"{_WAREHOUSE}/depends_on", ["snowflake_resource_monitor.Query"]),
        },
    ),
    case(
        "LK_SF_2",
        {
            "one is missing": (drop(f"{_PROVIDER}/preview_features_enabled/0"), "external_volume_resource is used"),
            "one too many": (
                put(f"{_PROVIDER}/preview_features_enabled/0", "snowflake_alert_resource"),
                "snowflake_alert_resource is enabled and not used",
            ),
        },
    ),
    case(
        "LK_SF_3",
        {
            "a private key": (put(f"{_PROVIDER}/private_key", "x"), "private_key is written"),
            "a password": (put(f"{_PROVIDER}/authenticator", "SNOWFLAKE"), "use a key pair or OAuth"),
            "no account": (drop(f"{_PROVIDER}/account_name"), "account_name is not set"),
            "no check of revocation": (put(f"{_PROVIDER}/insecure_mode", True), "insecure_mode"),
            "no block": (drop("provider/snowflake"), "organization_name is not set"),
        },
        {"OAuth": put(f"{_PROVIDER}/authenticator", "OAUTH")},
    ),
    case(
        "LK_SF_4",
        {
            "a database": (put(f"{_DATABASE}/provider", "snowflake.accountadmin"), "ACCOUNTADMIN makes it"),
            "as the default": (put(f"{_PROVIDER}/role", "ACCOUNTADMIN"), "ACCOUNTADMIN is the default"),
            "no role": (drop(f"{_PROVIDER}/role"), "no role"),
            "plain SQL": (put(f"{_SQL}/provider", "snowflake.accountadmin"), "ACCOUNTADMIN makes it"),
            "a monitor given away by another": (
                drop(f"{_WAREHOUSE}/provider"),
                "SYSADMIN makes it, and only ACCOUNTADMIN may",
            ),
        },
        {
            "what only it can": both(
                put(f"{_SQL}/provider", "snowflake.accountadmin"),
                put(f"{_SQL}/execute", "ALTER ACCOUNT SET RESOURCE_MONITOR = RM"),
            )
        },
    ),
    case(
        "LK_SF_5",
        {
            "never": (put(f"{_WAREHOUSE}/auto_suspend", 0), "auto_suspend is 0"),
            "not said": (drop(f"{_WAREHOUSE}/auto_suspend"), "auto_suspend is not set"),
            "late": (put(f"{_WAREHOUSE}/auto_suspend", 3600), "auto_suspend is 3600"),
            "by hand": (put(f"{_WAREHOUSE}/auto_resume", "false"), "auto_resume"),
            "from the start": (drop(f"{_WAREHOUSE}/initially_suspended"), "initially_suspended"),
        },
    ),
    case("LK_SF_6", {"none": (drop(f"{_WAREHOUSE}/resource_monitor"), "resource_monitor is not set")}),
    case(
        "LK_SF_7",
        {
            "two days": (put(f"{_WAREHOUSE}/statement_timeout_in_seconds", 172_800), "172800"),
            "for ever in the queue": (put(f"{_WAREHOUSE}/statement_queued_timeout_in_seconds", 0), "is 0"),
            "not said": (drop(f"{_WAREHOUSE}/statement_timeout_in_seconds"), "not set"),
        },
    ),
    case(
        "LK_SF_8",
        {
            "large in dev": (
                both(tier("dev"), put(f"{_WAREHOUSE}/warehouse_size", "2X-LARGE")),
                "2X-LARGE in tier dev",
            ),
            "many clusters": (both(tier("dev"), put(f"{_WAREHOUSE}/max_cluster_count", 8)), "max_cluster_count is 8"),
            "acceleration": (put(f"{_WAREHOUSE}/enable_query_acceleration", "true"), "no monitor stops it"),
        },
        {"large in prod": put(f"{_WAREHOUSE}/warehouse_size", "XLARGE"), "small in dev": tier("dev")},
    ),
    case(
        "LK_SF_9",
        {
            "no quota": (drop(f"{_MONITOR}/credit_quota"), "credit_quota is not set"),
            "a quota beyond all need": (put(f"{_MONITOR}/credit_quota", 400_000), "above 10000 in tier prod"),
            "prod's quota in dev": (both(tier("dev"), put(f"{_MONITOR}/credit_quota", 5000)), "above 1000 in tier dev"),
            "no end": (drop(f"{_MONITOR}/suspend_trigger"), "suspend_trigger is not set"),
            "a late end": (put(f"{_MONITOR}/suspend_immediate_trigger", 200), "suspend_immediate_trigger is 200"),
            "no warning": (put(f"{_MONITOR}/notify_triggers", [100]), "nobody hears of it"),
            "once for ever": (put(f"{_MONITOR}/frequency", "NEVER"), "frequency NEVER"),
        },
        {"much in prod": put(f"{_MONITOR}/credit_quota", 5000)},
    ),
    case(
        "LK_SF_10",
        {
            "no history": (put(f"{_DATABASE}/data_retention_time_in_days", 0), "data_retention_time_in_days is 0"),
            "not said": (drop(f"{_DATABASE}/data_retention_time_in_days"), "not set"),
            "a schema of a day": (put(f"{_SCHEMA}/data_retention_time_in_days", 1), "at least 7"),
            "transient": (put(f"{_DATABASE}/is_transient", True), "no fail-safe"),
            "a transient schema": (put(f"{_SCHEMA}/is_transient", "true"), "no fail-safe"),
            "PUBLIC": (drop(f"{_DATABASE}/drop_public_schema_on_creation"), "PUBLIC is open"),
        },
        {
            "a schema like its database": drop(f"{_SCHEMA}/data_retention_time_in_days"),
            "a day on Standard": both(
                edition("standard"),
                put(f"{_DATABASE}/data_retention_time_in_days", 1),
                put(f"{_SCHEMA}/data_retention_time_in_days", 1),
            ),
            "a day in dev": both(tier("dev"), put(f"{_DATABASE}/data_retention_time_in_days", 1)),
        },
    ),
    case("LK_SF_11", {"open": (put(f"{_SCHEMA}/with_managed_access", "false"), "with_managed_access is False")}),
    case(
        "LK_SF_12",
        {
            "everybody": (put(f"{_GRANT}/account_role_name", "public"), "grants to PUBLIC"),
            "an administrator": (put(f"{_GRANT}/account_role_name", '"SYSADMIN"'), "grants to SYSADMIN"),
            "all": (put(f"{_GRANT}/all_privileges", True), "all_privileges"),
            "ownership": (put(f"{_GRANT}/privileges", ["SELECT", "OWNERSHIP"]), "OWNERSHIP"),
            "to grant on": (put(f"{_GRANT}/with_grant_option", True), "with_grant_option"),
            "every plan": (put(f"{_GRANT}/always_apply", True), "always_apply"),
            "on the account": (put(f"{_GRANT}/on_account", True), "on the account"),
        },
    ),
    case(
        "LK_SF_13",
        {
            "to everybody": (put(f"{_ROLE_GRANT}/parent_role_name", "PUBLIC"), "to everybody"),
            "past SYSADMIN": (put(f"{_ROLE_GRANT}/parent_role_name", "ACCOUNTADMIN"), "end at SYSADMIN"),
            "an administrator's": (put(f"{_ROLE_GRANT}/role_name", "SECURITYADMIN"), "grants SECURITYADMIN"),
        },
    ),
    case(
        "LK_SF_14",
        {
            "no kind": (
                both(put(f"{_ROLE}/name", "ANALYST"), put(f"{_ROLE_GRANT}/role_name", "ANALYST")),
                "neither AR_ (access) nor FR_",
            ),
            "no comment": (drop(f"{_ROLE}/comment"), "has no comment"),
            "out of reach": (drop(f"{_ROLE_GRANT}/parent_role_name"), "does not reach SYSADMIN"),
        },
    ),
    case(
        "LK_SF_15",
        {
            "no key": (drop(f"{_USER}/rsa_public_key"), "rsa_public_key is not set"),
            "from everywhere": (drop(f"{_USER}/network_policy"), "works from everywhere"),
            "as administrator": (put(f"{_USER}/default_role", "ACCOUNTADMIN"), "default_role is ACCOUNTADMIN"),
            "every other role": (drop(f"{_USER}/default_secondary_roles_option"), "not NONE"),
            "the wrong half": (put(f"{_USER}/rsa_public_key_2", "-----BEGIN PRIVATE KEY-----"), "holds a private key"),
        },
        {"both keys": put(f"{_USER}/rsa_public_key_2", KEY)},
    ),
    case(
        "LK_SF_16",
        {
            "a password": (put("snowflake_user/Person/password", "x"), "password is written"),
            "no role": (drop("snowflake_user/Person/default_role"), "no default_role"),
            "legacy": (put("resource/snowflake_legacy_service_user", {"Old": {"name": "OLD"}}), "legacy service user"),
        },
    ),
    case(
        "LK_SF_17",
        {
            "everywhere": (put(_NETWORK, ["0.0.0.0/0"]), "4294967296 addresses"),
            "a cloud": (put(_NETWORK, ["203.0.113.0/24", "52.0.0.0/8"]), "52.0.0.0/8"),
            "nothing": (drop(_NETWORK), "nothing in particular"),
            "no network": (put(_NETWORK, ["office"]), "office is no network"),
            "all blocked": (put("snowflake_network_policy/Office/blocked_ip_list", ["0.0.0.0/0"]), "blocks everybody"),
        },
    ),
    case(
        "LK_SF_18",
        {
            "switched off": (put("snowflake_account_parameter/Inline/value", "false"), "is false; true is asked"),
            "two days": (
                put("snowflake_account_parameter/T", {"key": "STATEMENT_TIMEOUT_IN_SECONDS", "value": "172800"}),
                "172800",
            ),
        },
        {"another parameter": put("snowflake_account_parameter/T", {"key": "TIMEZONE", "value": "UTC"})},
    ),
    case(
        "LK_SF_19",
        {
            "every bucket": (put(f"{_INTEGRATION}/storage_allowed_locations", ["s3://*/"]), "names no bucket"),
            "any location": (put(f"{_INTEGRATION}/storage_allowed_locations", ["*"]), "names no bucket"),
            "no external id": (drop(f"{_INTEGRATION}/storage_aws_external_id"), "second apply"),
            "another account": (
                put(f"{_INTEGRATION}/storage_aws_role_arn", "arn:aws:iam::999999999999:role/x"),
                "no role of account",
            ),
            "no role": (drop(f"{_INTEGRATION}/storage_aws_role_arn"), "storage_aws_role_arn is not set"),
            "ACLs": (put(f"{_INTEGRATION}/storage_aws_object_acl", "bucket-owner-full-control"), "ACLs"),
        },
    ),
    case(
        "LK_SF_20",
        {
            "keys": (put(f"{_STAGE}/credentials", "AWS_KEY_ID='x'"), "credentials are written"),
            "no integration": (drop(f"{_STAGE}/storage_integration"), "without storage_integration"),
            "any bucket": (put(f"{_STAGE}/url", "s3://*/x/"), "names no bucket"),
            "internal": (
                both(drop(f"{_STAGE}/url"), drop(f"{_STAGE}/storage_integration")),
                "an internal stage",
            ),
        },
        {"internal in dev": both(tier("dev"), drop(f"{_STAGE}/url"), drop(f"{_STAGE}/storage_integration"))},
    ),
    case(
        "LK_SF_21",
        {
            "ragged rows": (drop("snowflake_file_format/Csv/error_on_column_count_mismatch"), "not true"),
            "other characters": (put("snowflake_file_format/Csv/replace_invalid_characters", True), "is on"),
        },
        {
            "JSON has no columns": both(
                put("snowflake_file_format/Csv/format_type", "JSON"),
                drop("snowflake_file_format/Csv/error_on_column_count_mismatch"),
            )
        },
    ),
    case(
        "LK_SF_22",
        {
            "by hand": (drop(f"{_PIPE}/auto_ingest"), "auto_ingest is not true"),
            "the bucket's own": (drop(f"{_PIPE}/aws_sns_topic_arn"), "one notification"),
            "half a file": (put(f"{_PIPE}/copy_statement", "COPY INTO T FROM @S ON_ERROR=CONTINUE"), "CONTINUE"),
            "a URL": (put(f"{_PIPE}/copy_statement", "COPY INTO T FROM 's3://b/'"), "name a stage"),
        },
    ),
    case(
        "LK_SF_23",
        {
            "writes": (put(f"{_VOLUME}/allow_writes", "true"), "allow_writes is not false"),
            "not said": (drop(f"{_VOLUME}/allow_writes"), "allow_writes is not false"),
            "any bucket": (put(f"{_VOLUME}/storage_location/0/storage_base_url", "s3://*/"), "names no bucket"),
            "another account": (
                put(f"{_VOLUME}/storage_location/0/storage_aws_role_arn", "arn:aws:iam::999999999999:role/x"),
                "no role of account",
            ),
        },
    ),
    case(
        "LK_SF_24",
        {
            "not looked at": (drop(f"{_SQL}/query"), "no statement that only reads"),
            "looked at by writing": (put(f"{_SQL}/query", "CALL P()"), "no statement that only reads"),
            "not taken back": (put(f"{_SQL}/revert", "SELECT 1"), "takes nothing back"),
            "replaces": (put(f"{_SQL}/execute", "create or  replace table t (a int)"), "CREATE OR REPLACE"),
            "grants": (put(f"{_SQL}/execute", "GRANT ROLE A TO ROLE B"), "execute is GRANT"),
            "a secret": (put(f"{_SQL}/execute", "CREATE USER U PASSWORD = 'x'"), "holds a secret"),
        },
    ),
    case(
        "LK_SF_25",
        {
            "any value": (drop(f"{_TAG}/allowed_values"), "allowed_values is not set"),
            "a type is shown": (drop(f"{_TAG}/masking_policies/0"), "VARCHAR are not masked"),
            "no mask at all": (drop(f"{_TAG}/masking_policies"), "are not masked"),
        },
        {"another tag": both(put(f"{_TAG}/name", "DOMAIN"), drop(f"{_TAG}/masking_policies"))},
    ),
    case(
        "LK_SF_26",
        {
            "not waited for": (drop(f"{_TAGGED}/skip_validation"), "skip_validation is not false"),
            "half a name": (put(f"{_TAGGED}/object_identifiers", ['"T"."EMAIL"']), "4 quoted names"),
            "another word": (put(f"{_TAGGED}/tag_value", "secret"), "secret is not one of internal, restricted"),
        },
    ),
    case(
        "LK_SF_27",
        {
            "the value": (put(_MASK, "VAL"), "shows VAL"),
            "the value in the end": (
                put(_MASK, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN 'x' ELSE VAL END"),
                "shows VAL",
            ),
            "no end": (put(_MASK, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN VAL END"), "does not end in ELSE"),
            "everybody": (put(_MASK, "CASE WHEN TRUE THEN VAL ELSE NULL END"), "a branch for everybody"),
            "the wrong test": (put(_MASK, "CASE WHEN CURRENT_ROLE() = 'A' THEN VAL ELSE NULL END"), "inherited roles"),
            "bare": (put("snowflake_masking_policy/Varchar/exempt_other_policies", "true"), "bare value"),
        },
    ),
    case(
        "LK_SF_28",
        {
            "every row": (put(_ROWS, "TRUE"), "does not end in ELSE FALSE"),
            "every row in the end": (put(_ROWS, "CASE WHEN COUNTRY = 'DE' THEN FALSE ELSE TRUE END"), "ELSE FALSE"),
            "everybody": (put(_ROWS, "CASE WHEN FALSE OR TRUE THEN TRUE ELSE FALSE END"), "a branch for everybody"),
        },
    ),
    case(
        "LK_SF_29",
        {
            "no comment": (drop("snowflake_table/Events/comment"), "has no comment"),
            "no way back": (put("snowflake_table/Events/data_retention_time_in_days", 0), "no way back"),
        },
    ),
    case(
        "LK_SF_30",
        {
            "masking": (edition("standard"), "snowflake_masking_policy needs Enterprise"),
            "clusters": (
                both(edition("standard"), put(f"{_WAREHOUSE}/max_cluster_count", 2)),
                "max_cluster_count 2 needs Enterprise",
            ),
            "a month": (edition("standard"), "data_retention_time_in_days 30 needs Enterprise"),
            "rekeying": (
                both(
                    edition("standard"),
                    put("snowflake_account_parameter/R", {"key": "PERIODIC_DATA_REKEYING", "value": "true"}),
                ),
                "PERIODIC_DATA_REKEYING needs Enterprise",
            ),
        },
        {"Business Critical": edition("business-critical")},
    ),
    case(
        "LK_SF_31",
        {
            "Terraform's own": (drop(f"{_PROVIDER}/params"), "query_tag is not set"),
            "under another name": (put(f"{_PROVIDER}/params", {"timezone": "UTC"}), "query_tag is not set"),
            "a program's": (drop(f"{_USER}/query_tag"), "query_tag is not set"),
            "no JSON": (put(f"{_USER}/query_tag", "loader"), "names no product, service, stack"),
            "nobody": (put(f"{_USER}/query_tag", '{"environment": "prod"}'), "names no product, service, stack"),
            "an empty name": (put(f"{_USER}/query_tag", '{"service": ""}'), "names no product"),
            "a list": (put(f"{_USER}/query_tag", '["service"]'), "names no product"),
        },
        {
            "of a product": put(f"{_USER}/query_tag", '{"product": "orders"}'),
            "an expression": put(f"{_USER}/query_tag", "${var.tag}"),
        },
    ),
]


def test_complete_stack_is_clean() -> None:
    assert [f"{one.rule_id} {one.address}: {one.reason}" for one in findings(WAREHOUSE)] == []
