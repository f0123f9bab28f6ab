from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class DefaultSecurityGroupUnused(Rule):
    id = "LK_VPC_13"
    title = "Default security groups have no rules"
    severity = "high"
    rationale = "Resources without a group get the default one: a rule of it applies to all of them."
    remedy = "Attach the rule to a group of its own."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_default_security_group",
        "aws_security_group_rule",
        "aws_vpc_security_group_ingress_rule",
        "aws_vpc_security_group_egress_rule",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_default_security_group":
            for direction in ("ingress", "egress"):
                if nested(block, direction):
                    yield f"the default group has {direction} rules"
            return
        group = str(block.get("security_group_id") or "")
        if "default_security_group" in group:
            yield f"the rule is attached to the default group ({group})"


check = DefaultSecurityGroupUnused()
