from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

PROTECTED_VALUES = {
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_CREATION": "true",
    "REQUIRE_STORAGE_INTEGRATION_FOR_STAGE_OPERATION": "true",
    "PREVENT_UNLOAD_TO_INLINE_URL": "true",
    "PREVENT_UNLOAD_TO_INTERNAL_STAGES": "true",
    "PREVENT_LOAD_FROM_INLINE_URL": "true",
    "OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    "EXTERNAL_OAUTH_ADD_PRIVILEGED_ROLES_TO_BLOCKED_LIST": "true",
    "DISABLE_USER_PRIVILEGE_GRANTS": "true",
    "ENFORCE_NETWORK_RULES_FOR_INTERNAL_STAGES": "true",
    "PERIODIC_DATA_REKEYING": "true",
    "ALLOW_CLIENT_MFA_CACHING": "false",
    "ALLOW_ID_TOKEN": "false",
    "ENABLE_UNREDACTED_QUERY_SYNTAX_ERROR": "false",
    "ENABLE_UNREDACTED_SECURE_OBJECT_ERROR": "false",
    # Prompts with data would be processed in other regions.
    "CORTEX_ENABLED_CROSS_REGION": "disabled",
    "ENABLE_TRI_SECRET_AND_REKEY_OPT_OUT_FOR_IMAGE_REPOSITORY": "false",
    "ENABLE_TRI_SECRET_AND_REKEY_OPT_OUT_FOR_SPCS_BLOCK_STORAGE": "false",
}
# Parameters that name a protection: an empty value removes it.
PROTECTIONS = ("NETWORK_POLICY", "PASSWORD_POLICY", "SESSION_POLICY")
_ACCOUNTS = ("snowflake_current_account", "snowflake_current_organization_account")


class AccountParametersProtected(Rule):
    id = "LK_SF_18"
    title = "Protective Snowflake account parameters stay enabled"
    severity = "critical"
    rationale = (
        "Account parameters control whether COPY INTO can write to any URL with inline credentials, and similar "
        "protections of the whole account. Parameters of a user or an object override them."
    )
    remedy = "Keep the values that `SnowflakeAccount` sets."
    reference = "https://docs.snowflake.com/en/sql-reference/parameters"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "SC-7(10)"], "soc2": ["CC6.7"]}
    resources = ("snowflake_account_parameter", "snowflake_object_parameter", *_ACCOUNTS)

    def problems(self, block: Block) -> Iterable[str]:
        for key, value in self._parameters(block):
            if key in PROTECTED_VALUES and value != PROTECTED_VALUES[key]:
                yield f"{key} is {value}; {PROTECTED_VALUES[key]} is required"
            if key in PROTECTIONS and not value:
                yield f"{key} is empty; it is required"
            if key == "STATEMENT_TIMEOUT_IN_SECONDS" and not (value.isdigit() and 1 <= int(value) <= 86_400):
                yield f"{key} is {value}; 1 to 86400 are allowed"

    def _parameters(self, block: Block) -> Iterator[tuple[str, str]]:
        """Names and values that are set, in the form of account parameters."""
        if self.entity_type in _ACCOUNTS:
            names = [*PROTECTED_VALUES, "STATEMENT_TIMEOUT_IN_SECONDS"]
            for name in names:
                value = block.get(name.lower())
                if value is not None:
                    yield name, _boolean(value)
        else:
            yield str(block.get("key", "")).strip().strip('"').upper(), _boolean(block.get("value", ""))


def _boolean(value: object) -> str:
    """A value as Snowflake reads it: on, yes, t, y and 1 are true."""
    text = str(value).strip().lower()
    return {"on": "true", "yes": "true", "off": "false", "no": "false", "0": "false"}.get(text, text)


check = AccountParametersProtected()
