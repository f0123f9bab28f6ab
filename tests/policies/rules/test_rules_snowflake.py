"""Rules for Snowflake accounts, warehouses, roles, grants, integrations and policies."""

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
    """Set the Snowflake edition in the stack metadata."""

    def change(document: Document) -> None:
        document["edition"] = name

    return change


def case(rule: str, bad: dict[str, tuple[Change, str]], also_good: dict[str, Change] | None = None) -> Case:
    return Case(rule, WAREHOUSE, bad, also_good or {})


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
        "LK_SF_12",
        {
            "grant to PUBLIC": (put(f"{_GRANT}/account_role_name", "public"), "privileges are granted to PUBLIC"),
            "grant to an administrative role": (
                put(f"{_GRANT}/account_role_name", '"SYSADMIN"'),
                "privileges are granted to SYSADMIN",
            ),
            "all privileges": (put(f"{_GRANT}/all_privileges", True), "all_privileges"),
            "OWNERSHIP": (put(f"{_GRANT}/privileges", ["SELECT", "OWNERSHIP"]), "OWNERSHIP"),
            "grant option": (put(f"{_GRANT}/with_grant_option", True), "with_grant_option"),
            "always_apply": (put(f"{_GRANT}/always_apply", True), "always_apply"),
            "grant on the account": (put(f"{_GRANT}/on_account", True), "on_account is true"),
        },
    ),
    case(
        "LK_SF_13",
        {
            "role granted to PUBLIC": (
                put(f"{_ROLE_GRANT}/parent_role_name", "PUBLIC"),
                "FR_ACME_PROD_ANALYST is granted to PUBLIC",
            ),
            "role granted to ACCOUNTADMIN": (
                put(f"{_ROLE_GRANT}/parent_role_name", "ACCOUNTADMIN"),
                "FR_ACME_PROD_ANALYST is granted to ACCOUNTADMIN",
            ),
            "administrative role granted": (
                put(f"{_ROLE_GRANT}/role_name", "SECURITYADMIN"),
                "administrative role SECURITYADMIN is granted to SYSADMIN",
            ),
        },
    ),
    case(
        "LK_SF_14",
        {
            "name without a prefix": (
                both(put(f"{_ROLE}/name", "ANALYST"), put(f"{_ROLE_GRANT}/role_name", "ANALYST")),
                "ANALYST has neither the prefix AR_ (access) nor FR_ (functional)",
            ),
            "no comment": (drop(f"{_ROLE}/comment"), "has no comment"),
            "role outside of the hierarchy": (
                drop(f"{_ROLE_GRANT}/parent_role_name"),
                "FR_ACME_PROD_ANALYST is not granted to a role below SYSADMIN",
            ),
        },
    ),
    case(
        "LK_SF_15",
        {
            "no key": (drop(f"{_USER}/rsa_public_key"), "rsa_public_key is not set"),
            "no network policy": (drop(f"{_USER}/network_policy"), "the key can be used from any network"),
            "administrative default role": (
                put(f"{_USER}/default_role", "ACCOUNTADMIN"),
                "default_role is ACCOUNTADMIN",
            ),
            "secondary roles": (drop(f"{_USER}/default_secondary_roles_option"), "not NONE"),
            "private key as public key": (
                put(f"{_USER}/rsa_public_key_2", "-----BEGIN PRIVATE KEY-----"),
                "rsa_public_key_2 contains a private key",
            ),
        },
        {"two public keys": put(f"{_USER}/rsa_public_key_2", KEY)},
    ),
    case(
        "LK_SF_16",
        {
            "password": (put("snowflake_user/Person/password", "x"), "password is set in the configuration"),
            "no default role": (drop("snowflake_user/Person/default_role"), "default_role is not set"),
            "legacy service user": (
                put("resource/snowflake_legacy_service_user", {"Old": {"name": "OLD"}}),
                "legacy service user",
            ),
        },
    ),
    case(
        "LK_SF_17",
        {
            "any network": (put(_NETWORK, ["0.0.0.0/0"]), "4294967296 addresses"),
            "network larger than /16": (put(_NETWORK, ["203.0.113.0/24", "52.0.0.0/8"]), "52.0.0.0/8"),
            "empty policy": (drop(_NETWORK), "neither allowed_ip_list nor allowed_network_rule_list is set"),
            "invalid network": (put(_NETWORK, ["office"]), "office is not a network"),
            "all networks blocked": (
                put("snowflake_network_policy/Office/blocked_ip_list", ["0.0.0.0/0"]),
                "blocked_ip_list contains /0, which Snowflake rejects",
            ),
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
        "LK_SF_19",
        {
            "wildcard bucket": (
                put(f"{_INTEGRATION}/storage_allowed_locations", ["s3://*/"]),
                "storage_allowed_locations has s3://*/, which does not name a bucket",
            ),
            "wildcard location": (
                put(f"{_INTEGRATION}/storage_allowed_locations", ["*"]),
                "storage_allowed_locations has *, which does not name a bucket",
            ),
            "no external id": (drop(f"{_INTEGRATION}/storage_aws_external_id"), "second apply"),
            "role of another account": (
                put(f"{_INTEGRATION}/storage_aws_role_arn", "arn:aws:iam::999999999999:role/x"),
                "storage_aws_role_arn arn:aws:iam::999999999999:role/x is not a role of account 111111111111",
            ),
            "no role": (drop(f"{_INTEGRATION}/storage_aws_role_arn"), "storage_aws_role_arn is not set"),
            "ACLs": (put(f"{_INTEGRATION}/storage_aws_object_acl", "bucket-owner-full-control"), "ACLs"),
        },
    ),
    case(
        "LK_SF_20",
        {
            "credentials": (put(f"{_STAGE}/credentials", "AWS_KEY_ID='x'"), "credentials are set in the stage"),
            "no storage integration": (
                drop(f"{_STAGE}/storage_integration"),
                "the external stage has no storage_integration",
            ),
            "wildcard bucket": (put(f"{_STAGE}/url", "s3://*/x/"), "url s3://*/x/ does not name a bucket"),
            "internal stage": (
                both(drop(f"{_STAGE}/url"), drop(f"{_STAGE}/storage_integration")),
                "internal stages are not allowed in staging and prod",
            ),
        },
        {"internal stage in dev": both(tier("dev"), drop(f"{_STAGE}/url"), drop(f"{_STAGE}/storage_integration"))},
    ),
    case(
        "LK_SF_21",
        {
            "column count mismatch allowed": (
                drop("snowflake_file_format/Csv/error_on_column_count_mismatch"),
                "not true",
            ),
            "replaced characters": (
                put("snowflake_file_format/Csv/replace_invalid_characters", True),
                "replace_invalid_characters is true",
            ),
        },
        {
            "JSON format": both(
                put("snowflake_file_format/Csv/format_type", "JSON"),
                drop("snowflake_file_format/Csv/error_on_column_count_mismatch"),
            )
        },
    ),
    case(
        "LK_SF_22",
        {
            "no auto-ingest": (drop(f"{_PIPE}/auto_ingest"), "auto_ingest is not true"),
            "no SNS topic": (
                drop(f"{_PIPE}/aws_sns_topic_arn"),
                "Snowpipe would need the bucket's notification configuration",
            ),
            "ON_ERROR CONTINUE": (put(f"{_PIPE}/copy_statement", "COPY INTO T FROM @S ON_ERROR=CONTINUE"), "CONTINUE"),
            "URL in the copy statement": (
                put(f"{_PIPE}/copy_statement", "COPY INTO T FROM 's3://b/'"),
                "copy_statement contains a URL or credentials",
            ),
        },
    ),
    case(
        "LK_SF_23",
        {
            "writes allowed": (put(f"{_VOLUME}/allow_writes", "true"), "allow_writes is not false"),
            "allow_writes not set": (drop(f"{_VOLUME}/allow_writes"), "allow_writes is not false"),
            "wildcard bucket": (
                put(f"{_VOLUME}/storage_location/0/storage_base_url", "s3://*/"),
                "storage_base_url s3://*/ does not name a bucket",
            ),
            "role of another account": (
                put(f"{_VOLUME}/storage_location/0/storage_aws_role_arn", "arn:aws:iam::999999999999:role/x"),
                "storage_aws_role_arn arn:aws:iam::999999999999:role/x is not a role of account 111111111111",
            ),
        },
    ),
    case(
        "LK_SF_24",
        {
            "no query": (drop(f"{_SQL}/query"), "query is not a read-only statement"),
            "query that writes": (put(f"{_SQL}/query", "CALL P()"), "query is not a read-only statement"),
            "no revert": (put(f"{_SQL}/revert", "SELECT 1"), "revert is empty or read-only"),
            "CREATE OR REPLACE": (put(f"{_SQL}/execute", "create or  replace table t (a int)"), "CREATE OR REPLACE"),
            "GRANT statement": (put(f"{_SQL}/execute", "GRANT ROLE A TO ROLE B"), "execute is a GRANT statement"),
            "secret in the statement": (
                put(f"{_SQL}/execute", "CREATE USER U PASSWORD = 'x'"),
                "execute contains a secret",
            ),
        },
    ),
    case(
        "LK_SF_25",
        {
            "no allowed values": (drop(f"{_TAG}/allowed_values"), "allowed_values is not set"),
            "data type without a masking policy": (drop(f"{_TAG}/masking_policies/0"), "VARCHAR are not masked"),
            "no masking policies": (drop(f"{_TAG}/masking_policies"), "are not masked"),
        },
        {"tag without masking": both(put(f"{_TAG}/name", "DOMAIN"), drop(f"{_TAG}/masking_policies"))},
    ),
    case(
        "LK_SF_26",
        {
            "validation skipped": (drop(f"{_TAGGED}/skip_validation"), "skip_validation is not false"),
            "object name not fully qualified": (
                put(f"{_TAGGED}/object_identifiers", ['"T"."EMAIL"']),
                "4 quoted names",
            ),
            "value outside the allowed values": (
                put(f"{_TAGGED}/tag_value", "secret"),
                "secret is not one of internal, restricted",
            ),
        },
    ),
    case(
        "LK_SF_27",
        {
            "body returns the value": (put(_MASK, "VAL"), "VAL is visible by default"),
            "ELSE returns the value": (
                put(_MASK, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN 'x' ELSE VAL END"),
                "VAL is visible by default",
            ),
            "no ELSE": (put(_MASK, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN VAL END"), "does not end in ELSE"),
            "branch that always applies": (
                put(_MASK, "CASE WHEN TRUE THEN VAL ELSE NULL END"),
                "the body has a branch that always applies",
            ),
            "CURRENT_ROLE": (put(_MASK, "CASE WHEN CURRENT_ROLE() = 'A' THEN VAL ELSE NULL END"), "inherited roles"),
            "exempt from other policies": (
                put("snowflake_masking_policy/Varchar/exempt_other_policies", "true"),
                "other policies read the unmasked value",
            ),
        },
    ),
    case(
        "LK_SF_28",
        {
            "body returns TRUE": (put(_ROWS, "TRUE"), "does not end in ELSE FALSE"),
            "ELSE TRUE": (put(_ROWS, "CASE WHEN COUNTRY = 'DE' THEN FALSE ELSE TRUE END"), "ELSE FALSE"),
            "branch that always applies": (
                put(_ROWS, "CASE WHEN FALSE OR TRUE THEN TRUE ELSE FALSE END"),
                "the body has a branch that always applies",
            ),
        },
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
            "tag as another parameter": (put(f"{_PROVIDER}/params", {"timezone": "UTC"}), "query_tag is not set"),
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
