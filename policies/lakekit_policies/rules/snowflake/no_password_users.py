from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class NoPasswordUsers(Rule):
    id = "LK_SF_16"
    title = "No users with a password are created"
    severity = "critical"
    rationale = (
        "A password in a configuration is in state in clear text. People come by single sign-on and are "
        "provisioned by SCIM; programs have keys."
    )
    remedy = "Use ServiceUser for programs and SCIM for people."
    reference = "https://docs.snowflake.com/en/user-guide/scim-intro"
    pack = "snowflake"
    controls = {"nist": ["IA-2(1)", "IA-5(7)"], "soc2": ["CC6.1"]}
    resources = ("snowflake_user", "snowflake_legacy_service_user")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_legacy_service_user":
            yield "a legacy service user logs in with a password: use snowflake_service_user"
        elif block.get("password"):
            yield "password is written into the configuration"
        elif not block.get("default_role"):
            yield "it has no default_role; people come by SCIM"


check = NoPasswordUsers()
