from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared import snowflake_policy_data
from lakekit_policies.terraform.blocks import Block


class RowAccessPolicyFilters(Rule):
    id = "LK_SF_28"
    title = "Row access policies show rows to named roles only"
    severity = "critical"
    rationale = (
        "The policy is evaluated for a session that has none of the roles it names. If its result can then be TRUE, "
        "every role with access to the table reads those rows."
    )
    remedy = (
        "Return TRUE or a predicate only under IS_ROLE_IN_SESSION of named roles, or EXISTS on an entitlement table; "
        "end in ELSE FALSE."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-row-intro"
    pack = "snowflake"
    controls = {"nist": ["AC-3"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_row_access_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        body, arguments = snowflake_policy_data.body(block), snowflake_policy_data.arguments(block)
        yield from sql.row_policy_problems(body, arguments)
        declared = snowflake_policy_data.declared_unrestricted_roles(self.address)
        if declared is not None:
            for role in sorted(sql.unrestricted_roles(body, arguments) - declared):
                yield f"{role} sees every row, but is not unrestricted in the governance data of the stack"


check = RowAccessPolicyFilters()
