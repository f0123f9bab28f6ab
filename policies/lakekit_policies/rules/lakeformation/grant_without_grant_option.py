from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class GrantWithoutGrantOption(Rule):
    id = "LK_LF_7"
    title = "Lake Formation grants have no grant option"
    severity = "medium"
    rationale = "What a holder passes on stands in no configuration and no plan, and outlives the holder's own grant."
    remedy = "Leave permissions_with_grant_option empty; grant to the other role here."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/granting-table-permissions.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-2", "AC-6"], "soc2": ["CC6.2", "CC6.3"]}
    resources = ("aws_lakeformation_permissions",)

    def problems(self, block: Block) -> Iterable[str]:
        passed_on = [str(item) for item in as_list(block.get("permissions_with_grant_option"))]
        if passed_on:
            yield f"{block.get('principal')} may pass on {', '.join(passed_on)}"


check = GrantWithoutGrantOption()
