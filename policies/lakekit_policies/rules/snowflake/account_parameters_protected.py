from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

PROTECTED_VALUES = {
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_CREATION": "true",
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_OPERATION": "true",
    "PREVENT_UNLOAD_TO_INLINE_URL": "true",
    "PREVENT_LOAD_FROM_INLINE_URL": "true",
    "OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    "EXTERNAL_OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    "DISABLE_USER_PRIVILEGE_GRANTS": "true",
    "PERIODIC_DATA_REKEYING": "true",
    "ALLOW_CLIENT_MFA_CACHING": "false",
    "ENABLE_UNREDACTED_QUERY_SYNTAX_ERROR": "false",
}


class AccountParametersProtected(Rule):
    id = "LK_SF_18"
    title = "Protective Snowflake account parameters stay enabled"
    severity = "critical"
    rationale = (
        "Account parameters control whether COPY INTO can write to any URL with inline credentials, and similar "
        "protections of the whole account."
    )
    remedy = "Keep the values that `SnowflakeAccount` sets."
    reference = "https://docs.snowflake.com/en/sql-reference/parameters"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.7"]}
    resources = ("snowflake_account_parameter",)

    def problems(self, block: Block) -> Iterable[str]:
        key, value = str(block.get("key", "")).upper(), str(block.get("value", "")).lower()
        if key in PROTECTED_VALUES and value != PROTECTED_VALUES[key]:
            yield f"{key} is {value}; {PROTECTED_VALUES[key]} is required"
        if key == "STATEMENT_TIMEOUT_IN_SECONDS" and not (value.isdigit() and 1 <= int(value) <= 86_400):
            yield f"{key} is {value}; 1 to 86400 are allowed"


check = AccountParametersProtected()
