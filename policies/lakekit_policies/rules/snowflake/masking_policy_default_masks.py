from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared import snowflake_policy_data
from lakekit_policies.terraform.blocks import Block


class MaskingPolicyDefaultMasks(Rule):
    id = "LK_SF_27"
    title = "Masking policies show the value to named roles only"
    severity = "critical"
    rationale = (
        "The policy is evaluated for a session that has none of the roles it names. If its result then depends on the "
        "value, every role with access to the table reads it, through whatever function, cast or subquery."
    )
    remedy = (
        "Return the value only under IS_ROLE_IN_SESSION of named roles, or EXISTS on an entitlement table; end in "
        "ELSE with a constant, NULL, or SHA2 of the value and a salt of at least 16 characters."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-column-ddm-use"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "SC-28"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_masking_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        body, arguments = snowflake_policy_data.body(block), snowflake_policy_data.arguments(block)
        yield from sql.masking_policy_problems(body, arguments)
        declared = snowflake_policy_data.declared_viewers(self.address)
        if declared is not None:
            for role in sorted(sql.masking_policy_viewers(body, arguments) - declared):
                yield f"{role} sees {arguments[0]}, but has no clearance in the governance data of the stack"
        if str(block.get("exempt_other_policies", "false")).lower() == "true":
            yield "exempt_other_policies is true; other policies read the unmasked value"


check = MaskingPolicyDefaultMasks()
