from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.lake_formation_principals import is_everyone
from lakekit_policies.terraform.blocks import Block


class GrantPrincipalExplicit(Rule):
    id = "LK_LF_5"
    title = "Lake Formation grants name a principal, never a group of everyone"
    severity = "critical"
    rationale = (
        "A grant to IAM_ALLOWED_PRINCIPALS or to all IAM principals of an account bypasses access control for the data."
    )
    remedy = "Grant to the functional role whose members need the data."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/granting-catalog-permissions.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_lakeformation_permissions", "aws_lakeformation_opt_in")

    def problems(self, block: Block) -> Iterable[str]:
        principal = str(block.get("principal", ""))
        if is_everyone(principal):
            yield f"the grant is for {principal}; name a role"


check = GrantPrincipalExplicit()
