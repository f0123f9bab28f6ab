from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

WANTED = {
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
        "One parameter decides for the whole account whether COPY INTO may write to any URL with a key typed in."
    )
    remedy = "Leave the values of SnowflakeAccount."
    reference = "https://docs.snowflake.com/en/sql-reference/parameters"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.7"]}
    resources = ("snowflake_account_parameter",)

    def problems(self, block: Block) -> Iterable[str]:
        key, value = str(block.get("key", "")).upper(), str(block.get("value", "")).lower()
        if key in WANTED and value != WANTED[key]:
            yield f"{key} is {value}; {WANTED[key]} is asked"
        if key == "STATEMENT_TIMEOUT_IN_SECONDS" and not (value.isdigit() and 1 <= int(value) <= 86_400):
            yield f"{key} is {value}; 1 to 86400 are allowed"


check = AccountParametersProtected()
