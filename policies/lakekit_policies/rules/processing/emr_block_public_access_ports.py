from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

SSH: Final = 22


class EmrBlockPublicAccessPorts(Rule):
    id = "LK_EMR_8"
    title = "EMR blocks public access on every port but SSH"
    severity = "critical"
    rationale = "A range of permitted ports lets EMR start clusters whose security groups open them to the internet."
    remedy = "Set `block_public_security_group_rules = true` and permit no range; port 22 alone is the default of AWS."
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-block-public-access.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_emr_block_public_access_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        for permitted in nested(block, "permitted_public_security_group_rule_range"):
            low, high = permitted.get("min_range"), permitted.get("max_range")
            if not (low == high == SSH):
                yield f"ports {low} to {high} may be open to the internet"


check = EmrBlockPublicAccessPorts()
