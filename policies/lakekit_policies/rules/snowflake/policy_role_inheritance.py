from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class PolicyRoleInheritance(Rule):
    id = "LK_SF_32"
    title = "Policies test roles with IS_ROLE_IN_SESSION"
    severity = "medium"
    rationale = (
        "CURRENT_ROLE() ignores inherited and secondary roles: a user who has the role through another one gets the "
        "mask, and the role is granted more widely to make queries work."
    )
    remedy = "Replace CURRENT_ROLE() IN ('A', 'B') with IS_ROLE_IN_SESSION('A') OR IS_ROLE_IN_SESSION('B')."
    reference = "https://docs.snowflake.com/en/sql-reference/functions/is_role_in_session"
    pack = "snowflake"
    controls = {"nist": ["AC-3"], "soc2": ["CC6.1"]}
    resources = ("snowflake_masking_policy", "snowflake_row_access_policy")

    def problems(self, block: Block) -> Iterable[str]:
        if sql.uses_current_role(str(block.get("body") or "")):
            yield "CURRENT_ROLE() ignores inherited roles; use IS_ROLE_IN_SESSION"


check = PolicyRoleInheritance()
