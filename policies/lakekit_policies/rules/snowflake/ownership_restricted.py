from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_roles import is_reader, role_name, roles_of_everyone
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE
from lakekit_policies.terraform.blocks import Block, nested


class OwnershipRestricted(Rule):
    id = "LK_SF_34"
    title = "Ownership is transferred object by object, to SYSADMIN or a role of the configuration"
    severity = "critical"
    rationale = (
        "The owner of an object reads it, changes it and, outside of managed access schemas, grants it. Ownership of "
        "all or future objects includes tables and policies that do not exist yet."
    )
    remedy = (
        'Name one object, transfer it to SYSADMIN or a functional role, and set `outbound_privileges = "REVOKE"` to '
        "end grants of the previous owner."
    )
    reference = "https://docs.snowflake.com/en/sql-reference/sql/grant-ownership"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("snowflake_grant_ownership",)

    def problems(self, block: Block) -> Iterable[str]:
        role = role_name(block.get("account_role_name") or block.get("database_role_name"))
        if role in PUBLIC_ROLE or role in ADMINISTRATORS - {"SYSADMIN"}:
            yield f"ownership is transferred to {role}"
        elif role in roles_of_everyone(self.peers):
            yield f"ownership is transferred to {role}, which is granted to PUBLIC"
        elif is_reader(role, self.peers):
            yield f"ownership is transferred to {role}, which is a role for reading"
        for target in nested(block, "on"):
            for name in ("all", "future"):
                if nested(target, name):
                    yield f"ownership of {name} objects is transferred; name one object"
            kind = str(target.get("object_type") or "").upper()
            if kind in ("MASKING POLICY", "ROW ACCESS POLICY", "TAG", "NETWORK POLICY", "USER", "ROLE", "INTEGRATION"):
                yield f"ownership of a {kind} is transferred; its administrator keeps it"
        if str(block.get("outbound_privileges") or "").upper() == "COPY":
            yield "outbound_privileges is COPY; grants of the previous owner remain"


check = OwnershipRestricted()
