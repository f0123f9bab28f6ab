from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE, unquoted
from lakekit_policies.terraform.blocks import Block


class RoleGrantsRestricted(Rule):
    id = "LK_SF_13"
    title = "Administrative roles are not granted, and no role is granted to PUBLIC"
    severity = "critical"
    rationale = (
        "Every user has a role that is granted to PUBLIC. A role that receives an administrative role is an "
        "administrator under another name."
    )
    remedy = (
        "Grant functional roles to users and access roles to functional roles. Grant administrative roles manually "
        "with a second approver."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-considerations"
    pack = "snowflake"
    controls = {"nist": ["AC-6(5)", "AC-2(7)"], "soc2": ["CC6.3"]}
    resources = ("snowflake_grant_account_role",)

    def problems(self, block: Block) -> Iterable[str]:
        role, parent = unquoted(block.get("role_name")), unquoted(block.get("parent_role_name"))
        if role in ADMINISTRATORS:
            yield f"administrative role {role} is granted to {parent or unquoted(block.get('user_name'))}"
        if parent in PUBLIC_ROLE:
            yield f"{role} is granted to PUBLIC"
        if parent in ADMINISTRATORS - {"SYSADMIN"}:
            yield f"{role} is granted to {parent}; grant it to SYSADMIN or a role below it"


check = RoleGrantsRestricted()
