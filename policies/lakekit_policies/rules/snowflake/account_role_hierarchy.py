from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block


class AccountRoleHierarchy(Rule):
    id = "LK_SF_14"
    title = "Account roles are described access or functional roles below SYSADMIN"
    severity = "medium"
    rationale = (
        "Privileges are granted to access roles and users to functional roles, which keeps effective access "
        "traceable. SYSADMIN cannot manage objects owned by a role outside its hierarchy."
    )
    remedy = (
        "Name the role AR_… or FR_…, set a comment, and grant it to SYSADMIN or to a role below it (`AccountRole` "
        "does)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-considerations#aligning-object-access-with-business-functions"
    pack = "snowflake"
    controls = {"nist": ["AC-2", "AC-6"], "soc2": ["CC6.3"]}
    resources = ("snowflake_account_role",)

    def problems(self, block: Block) -> Iterable[str]:
        name = unquoted(block.get("name"))
        if not name.startswith(("AR_", "FR_")):
            yield f"{name} has neither the prefix AR_ (access) nor FR_ (functional)"
        if not block.get("comment"):
            yield f"{name} has no comment"
        granted = {
            unquoted(peer.block.get("role_name"))
            for peer in self.peers.all("snowflake_grant_account_role")
            if peer.block.get("parent_role_name")
        }
        if name not in granted:
            yield f"{name} is not granted to a role below SYSADMIN"


check = AccountRoleHierarchy()
