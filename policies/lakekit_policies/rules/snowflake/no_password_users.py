from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class NoPasswordUsers(Rule):
    id = "LK_SF_16"
    title = "Snowflake users have no password and a default role"
    severity = "critical"
    rationale = (
        "A password in the configuration is stored in the state in plaintext. Users authenticate with single sign-on "
        "and are provisioned with SCIM; programs use key pairs."
    )
    remedy = "Use `ServiceUser` for programs and SCIM for users."
    reference = "https://docs.snowflake.com/en/user-guide/scim-intro"
    pack = "snowflake"
    controls = {"nist": ["IA-2(1)", "IA-5(7)"], "soc2": ["CC6.1"]}
    resources = ("snowflake_user", "snowflake_legacy_service_user")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_legacy_service_user":
            yield "legacy service users authenticate with a password; use snowflake_service_user"
        elif block.get("password"):
            yield "password is set in the configuration"
        elif not block.get("default_role"):
            yield "default_role is not set; provision users with SCIM"


check = NoPasswordUsers()
