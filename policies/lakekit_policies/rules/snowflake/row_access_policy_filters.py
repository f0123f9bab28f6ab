from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class RowAccessPolicyFilters(Rule):
    id = "LK_SF_28"
    title = "Row access policies hide rows by default"
    severity = "critical"
    rationale = "A policy that ends in TRUE returns every row to every role with access to the table."
    remedy = "End the CASE expression in ELSE FALSE, and test roles with IS_ROLE_IN_SESSION."
    reference = "https://docs.snowflake.com/en/user-guide/security-row-intro"
    pack = "snowflake"
    controls = {"nist": ["AC-3"], "soc2": ["CC6.1", "C1.1"]}
    resources = ("snowflake_row_access_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        body = " ".join(str(block.get("body", "")).upper().split())
        if not body.endswith("ELSE FALSE END"):
            yield "the body does not end in ELSE FALSE; rows are visible by default"
        if "WHEN TRUE " in body or "OR TRUE" in body:
            yield "the body has a branch that always applies"
        if "CURRENT_ROLE()" in body:
            yield "CURRENT_ROLE() ignores inherited roles; use IS_ROLE_IN_SESSION"


check = RowAccessPolicyFilters()
