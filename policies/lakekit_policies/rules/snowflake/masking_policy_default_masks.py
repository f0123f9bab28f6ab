from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, nested


class MaskingPolicyDefaultMasks(Rule):
    id = "LK_SF_27"
    title = "Masking policies mask by default"
    severity = "critical"
    rationale = (
        "A policy whose ELSE branch returns the value does not protect it. CURRENT_ROLE() ignores inherited roles."
    )
    remedy = "End the body in ELSE with a mask, and test roles with IS_ROLE_IN_SESSION."
    reference = "https://docs.snowflake.com/en/user-guide/security-column-ddm-use"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "SC-28"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_masking_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        body = " ".join(str(block.get("body", "")).upper().split())
        arguments = [unquoted(argument.get("name")) for argument in nested(block, "argument")]
        value = arguments[0] if arguments else "VAL"
        last = body.rpartition(" ELSE ")[2].removesuffix(" END").strip()
        if not body.startswith("CASE ") or " ELSE " not in body or last == value:
            yield f"the body does not end in ELSE with a mask; {value} is visible by default"
        if "WHEN TRUE " in body or "OR TRUE" in body:
            yield "the body has a branch that always applies"
        if "CURRENT_ROLE()" in body:
            yield "CURRENT_ROLE() ignores inherited roles; use IS_ROLE_IN_SESSION"
        if str(block.get("exempt_other_policies", "false")).lower() == "true":
            yield "exempt_other_policies is true; other policies read the unmasked value"


check = MaskingPolicyDefaultMasks()
