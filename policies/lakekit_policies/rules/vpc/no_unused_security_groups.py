from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.terraform.blocks import Block

RULES = (
    "aws_security_group_rule",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
)


class NoUnusedSecurityGroups(Rule):
    id = "LK_VPC_8"
    title = "Security groups are in use"
    severity = "low"
    rationale = "The rules of an unused security group apply without review as soon as the group is attached."
    remedy = "Attach the security group or remove it."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"
    pack = "baseline"
    controls = {"nist": ["CM-7", "CM-8"], "soc2": ["CC6.6"]}
    stages = (SYNTH,)  # ids of new groups are unknown in a plan
    resources = ("aws_security_group",)

    def problems(self, block: Block) -> Iterable[str]:  # noqa: ARG002  reads the resources that refer to it
        users = [peer for peer in self.peers.all_referencing() if peer.type not in RULES]
        if not users and not self.peers.may_be_referenced("security_group"):
            yield "no resource of the stack uses the security group"


check = NoUnusedSecurityGroups()
