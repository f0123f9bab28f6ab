from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE, unquoted
from lakekit_policies.terraform.blocks import Block


class DatabaseRoleGrantsRestricted(Rule):
    id = "LK_SF_35"
    title = "Database and application roles are granted to roles of the configuration only"
    severity = "critical"
    rationale = (
        "A database role that is granted to PUBLIC gives its tables to every user; one that is granted to a share "
        "gives them to other accounts."
    )
    remedy = "Grant database roles to access or functional roles; set a comment that says what the role gives."
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-considerations"
    pack = "snowflake"
    controls = {"nist": ["AC-6", "AC-2"], "soc2": ["CC6.3"]}
    resources = ("snowflake_grant_database_role", "snowflake_grant_application_role", "snowflake_database_role")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_database_role":
            if not block.get("comment"):
                yield f"{unquoted(block.get('name'))} has no comment"
            return
        role = str(block.get("database_role_name") or block.get("application_role_name") or "").replace('"', "")
        parent = unquoted(block.get("parent_role_name") or block.get("parent_account_role_name"))
        if parent in PUBLIC_ROLE:
            yield f"{role} is granted to PUBLIC"
        if parent in ADMINISTRATORS - {"SYSADMIN"}:
            yield f"{role} is granted to {parent}; grant it to SYSADMIN or a role below it"
        if block.get("application_name"):
            yield f"{role} is granted to application {block.get('application_name')}"
        if block.get("share_name"):
            yield f"{role} is granted to share {block.get('share_name')}; its privileges leave the account"


check = DatabaseRoleGrantsRestricted()
