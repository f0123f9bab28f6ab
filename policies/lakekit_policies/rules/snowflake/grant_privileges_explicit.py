from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE, is_true, unquoted
from lakekit_policies.terraform.blocks import Block, as_list, nested

BROAD_PRIVILEGES = frozenset({"ALL", "ALL PRIVILEGES", "OWNERSHIP", "MANAGE GRANTS", "IMPERSONATE"})
# Privileges that remove or replace policies and tags, give metadata of the whole account, or let data out.
_SENSITIVE_PRIVILEGES = frozenset(
    {"IMPORTED PRIVILEGES", "IMPORT SHARE", "OVERRIDE SHARE RESTRICTIONS", "CREATE SHARE"}
)


class GrantPrivilegesExplicit(Rule):
    id = "LK_SF_12"
    title = "Grants list privileges and do not cover the account or PUBLIC"
    severity = "critical"
    rationale = (
        "Every user has the role PUBLIC. ALL includes future privileges; OWNERSHIP, MANAGE GRANTS and WITH GRANT "
        "OPTION allow grants that no configuration declares."
    )
    remedy = "Grant named privileges to an access role (`schema.grant_read` and the other grant methods)."
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-privileges"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("snowflake_grant_privileges_to_account_role", "snowflake_grant_privileges_to_database_role")

    def problems(self, block: Block) -> Iterable[str]:
        role = unquoted(block.get("account_role_name") or block.get("database_role_name"))
        if role in PUBLIC_ROLE or role in ADMINISTRATORS:
            yield f"privileges are granted to {role}"
        if is_true(block.get("all_privileges")):
            yield "all_privileges is true; list the privileges"
        if is_true(block.get("with_grant_option")):
            yield "with_grant_option is true"
        if is_true(block.get("always_apply")):
            yield "always_apply is true; every plan shows a change"
        broad = sorted({str(privilege).upper() for privilege in as_list(block.get("privileges"))} & BROAD_PRIVILEGES)
        if broad:
            yield f"privileges {', '.join(broad)} are too broad"
        names = {str(privilege).upper() for privilege in as_list(block.get("privileges"))}
        sensitive = sorted(name for name in names if name in _SENSITIVE_PRIVILEGES or name.split()[:1] == ["APPLY"])
        if sensitive:
            yield f"privileges {', '.join(sensitive)} control policies, tags or shares; their administrator keeps them"
        for name in ("all", "future"):
            for part in nested(block, "on_schema_object", name):
                if part.get("in_database"):
                    yield f"{name} {part.get('object_type_plural')} of database {part.get('in_database')} are granted"
        if block.get("on_account") is True:
            yield "on_account is true; only `lakekit bootstrap` grants account privileges"


check = GrantPrivilegesExplicit()
