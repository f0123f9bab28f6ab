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
        "Rights are on access roles, people on functional ones: who has what can then be read. A role outside "
        "of the tree owns objects that no administrator sees."
    )
    remedy = (
        "Name it AR_… or FR_…, give it a comment, and grant it to SYSADMIN or to a role that reaches it "
        "(AccountRole does)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-considerations#aligning-object-access-with-business-functions"
    pack = "snowflake"
    controls = {"nist": ["AC-2", "AC-6"], "soc2": ["CC6.3"]}
    resources = ("snowflake_account_role",)

    def problems(self, block: Block) -> Iterable[str]:
        name = unquoted(block.get("name"))
        if not name.startswith(("AR_", "FR_")):
            yield f"{name} says neither AR_ (access) nor FR_ (functional)"
        if not block.get("comment"):
            yield f"{name} has no comment"
        granted = {
            unquoted(peer.block.get("role_name"))
            for peer in self.peers.all("snowflake_grant_account_role")
            if peer.block.get("parent_role_name")
        }
        if name not in granted:
            yield f"{name} is granted to no role: it does not reach SYSADMIN"


check = AccountRoleHierarchy()
