from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE, as_number, is_true, unquoted
from lakekit_policies.terraform.blocks import Block


class NoPasswordUsers(Rule):
    id = "LK_SF_16"
    title = "Snowflake users have no password, no administrative default role, and multi-factor authentication"
    severity = "critical"
    rationale = (
        "A password in the configuration is stored in the state in plaintext. Users authenticate with single sign-on "
        "and are provisioned with SCIM; programs use key pairs. An administrative default role is active in every "
        "session."
    )
    remedy = "Use `ServiceUser` for programs and SCIM for users; leave `disable_mfa` and `mins_to_bypass_mfa` unset."
    reference = "https://docs.snowflake.com/en/user-guide/scim-intro"
    pack = "snowflake"
    controls = {"nist": ["IA-2(1)", "IA-5(7)", "AC-6(5)"], "soc2": ["CC6.1"]}
    resources = ("snowflake_user", "snowflake_legacy_service_user")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_legacy_service_user":
            yield "legacy service users authenticate with a password; use snowflake_service_user"
        if block.get("password"):
            yield "password is set in the configuration"
        elif not block.get("default_role") and self.entity_type == "snowflake_user":
            yield "default_role is not set; provision users with SCIM"
        role = unquoted(block.get("default_role"))
        if role in ADMINISTRATORS | PUBLIC_ROLE:
            yield f"default_role is {role}; use a functional role and switch to {role} when it is needed"
        if is_true(block.get("disable_mfa")):
            yield "disable_mfa is true"
        if as_number(block.get("mins_to_bypass_mfa")):
            yield f"mins_to_bypass_mfa is {block.get('mins_to_bypass_mfa')}"
        if str(block.get("default_secondary_roles_option") or "").upper() == "ALL":
            yield "default_secondary_roles_option is ALL; every role of the user is active in every session"
        if str(block.get("prevent_unload_to_internal_stages")).lower() == "false":
            yield "prevent_unload_to_internal_stages is false; it overrides the account's parameter"
        if is_true(block.get("enable_unredacted_query_syntax_error")):
            yield "enable_unredacted_query_syntax_error is true; errors show data"


check = NoPasswordUsers()
