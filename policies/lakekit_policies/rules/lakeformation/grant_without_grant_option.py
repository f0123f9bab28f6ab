from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class GrantWithoutGrantOption(Rule):
    id = "LK_LF_7"
    title = "Lake Formation grants have no grant option"
    severity = "high"
    rationale = (
        "Permissions that a principal grants onward appear in no configuration or plan, and remain after the "
        "principal's own grant is revoked."
    )
    remedy = "Leave `permissions_with_grant_option` empty; declare the other grant in the configuration."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/granting-table-permissions.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-2", "AC-6"], "soc2": ["CC6.2", "CC6.3"]}
    resources = ("aws_lakeformation_permissions",)

    def problems(self, block: Block) -> Iterable[str]:
        grantable = [str(item) for item in as_list(block.get("permissions_with_grant_option"))]
        if grantable:
            yield f"{block.get('principal')} has the grant option for {', '.join(grantable)}"


check = GrantWithoutGrantOption()
