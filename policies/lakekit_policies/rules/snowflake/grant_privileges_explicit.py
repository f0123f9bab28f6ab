from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE, is_true, unquoted
from lakekit_policies.terraform.blocks import Block, as_list

WIDE = frozenset({"ALL", "ALL PRIVILEGES", "OWNERSHIP", "MANAGE GRANTS", "IMPERSONATE"})


class GrantPrivilegesExplicit(Rule):
    id = "LK_SF_12"
    title = "Grants list privileges and do not cover the account or PUBLIC"
    severity = "critical"
    rationale = (
        "PUBLIC is everybody. ALL takes in whatever Snowflake adds, OWNERSHIP and MANAGE GRANTS hand on "
        "everything, WITH GRANT OPTION makes grants that no code knows."
    )
    remedy = "Grant named privileges to an access role (schema.grant_read and its peers)."
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-privileges"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("snowflake_grant_privileges_to_account_role", "snowflake_grant_privileges_to_database_role")

    def problems(self, block: Block) -> Iterable[str]:
        role = unquoted(block.get("account_role_name") or block.get("database_role_name"))
        if role in PUBLIC_ROLE or role in ADMINISTRATORS:
            yield f"it grants to {role}"
        if is_true(block.get("all_privileges")):
            yield "all_privileges: name them"
        if is_true(block.get("with_grant_option")):
            yield "with_grant_option: the role could grant it on"
        if is_true(block.get("always_apply")):
            yield "always_apply: every plan would change it"
        wide = sorted({str(one).upper() for one in as_list(block.get("privileges"))} & WIDE)
        if wide:
            yield f"privileges {', '.join(wide)} hand on more than they say"
        if block.get("on_account") is True:
            yield "it is on the account: bootstrap alone grants account privileges"


check = GrantPrivilegesExplicit()
