"""Rules for Snowflake roles, grants, users, network policies, tags and masking."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Change, Document, both, drop, put
from snowflake_fixtures import KEY, case

__all__ = ["test_passes", "test_rejects"]

_GRANT = "snowflake_grant_privileges_to_account_role/Reads"
_ROLE_GRANT = "snowflake_grant_account_role/Analyst"
_ROLE = "snowflake_account_role/Analyst"
_USER = "snowflake_service_user/Loader"
_NETWORK = "snowflake_network_policy/Office/allowed_ip_list"
_TAG = "snowflake_tag/Classification"
_TAGGED = "snowflake_tag_association/Email"
_MASK = "snowflake_masking_policy/Varchar/body"
_ROWS = "snowflake_row_access_policy/Rows/body"


def _declared(kind: str, **data: Any) -> Change:
    """Governance data in the stack metadata."""

    def change(document: Document) -> None:
        document["snowflake_policies"] = [{"kind": kind, **data}]

    return change


CASES = [
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
            "branch that always applies": (put(_MASK, "CASE WHEN TRUE THEN VAL ELSE NULL END"), "`VAL` when `TRUE`"),
            "body that cannot be parsed": (put(_MASK, "CASE WHEN TRUE THEN VAL"), "cannot be evaluated"),
            "role without clearance": (
                _declared("masking_policies", masks={"snowflake_masking_policy.Varchar": "'***'"}, clearances=[]),
                "FR_ACME_PROD_ANALYST sees VAL, but has no clearance",
            ),
            "exempt from other policies": (
                put("snowflake_masking_policy/Varchar/exempt_other_policies", "true"),
                "other policies read the unmasked value",
            ),
        },
        {
            "the constant FALSE": put(_MASK, "FALSE"),
            "the constant TRUE": put(_MASK, "TRUE"),
            "the number 0": put(_MASK, "0"),
            "the constant NULL": put(_MASK, "NULL"),
            "an empty text": put(_MASK, "''"),
            # The result is NULL, which is a mask.
            "no ELSE": put(_MASK, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN VAL END"),
            "role with clearance": _declared(
                "masking_policies",
                masks={"snowflake_masking_policy.Varchar": "'***'"},
                clearances=[{"role": "FR_ACME_PROD_ANALYST", "tags": []}],
            ),
        },
    ),
    case(
        "LK_SF_28",
        {
            "body returns TRUE": (put(_ROWS, "TRUE"), "rows are visible by default"),
            "no body": (put(_ROWS, ""), "the expression is empty"),
            "the number 1": (put(_ROWS, "1"), "the result is 1"),
            "an empty text": (put(_ROWS, "''"), "the result is the text `''`"),
            "ELSE TRUE": (put(_ROWS, "CASE WHEN COUNTRY = 'DE' THEN FALSE ELSE TRUE END"), "the result is TRUE"),
            "branch that always applies": (
                put(_ROWS, "CASE WHEN FALSE OR TRUE THEN TRUE ELSE FALSE END"),
                "the result is TRUE when `FALSE OR TRUE`",
            ),
            "rows for everyone": (put(_ROWS, "COUNTRY = 'DE'"), "rows with `COUNTRY = 'DE'` are visible by default"),
            "role that is not unrestricted": (
                both(
                    put(_ROWS, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE ELSE FALSE END"),
                    _declared("row_policy", policy="snowflake_row_access_policy.Rows", unrestricted_roles=["B"]),
                ),
                "A sees every row",
            ),
        },
        {
            "the constant FALSE": put(_ROWS, "FALSE"),
            "the constant FALSE in lower case": put(_ROWS, "false"),
            "the constant NULL": put(_ROWS, "NULL"),
            "the number 0": put(_ROWS, "0"),
            "predicate without CASE": put(_ROWS, "IS_ROLE_IN_SESSION('A') AND COUNTRY = 'DE'"),
            "unrestricted role": both(
                put(_ROWS, "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE ELSE FALSE END"),
                _declared("row_policy", policy="snowflake_row_access_policy.Rows", unrestricted_roles=["A"]),
            ),
        },
    ),
    case(
        "LK_SF_32",
        {
            "current role in a mask": (
                put(_MASK, "CASE WHEN CURRENT_ROLE() = 'A' THEN VAL ELSE NULL END"),
                "CURRENT_ROLE() ignores inherited roles",
            ),
            "current role in a row policy": (put(_ROWS, "CURRENT_ROLE() IN ('A', 'B')"), "inherited roles"),
        },
        {
            "entitlement table": put(
                _MASK, "CASE WHEN EXISTS (SELECT 1 FROM D.S.M WHERE R = CURRENT_ROLE()) THEN VAL ELSE NULL END"
            )
        },
    ),
]
