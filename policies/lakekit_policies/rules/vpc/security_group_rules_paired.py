from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.rules._shared.security_group_paths import EGRESS_RULE, INGRESS_RULE, allows_path
from lakekit_policies.terraform.blocks import Block, reference


class SecurityGroupRulesPaired(Rule):
    id = "LK_VPC_10"
    title = "Security group rules between two groups are paired"
    severity = "medium"
    rationale = (
        "Traffic between two security groups needs an egress rule and an ingress rule. With one of them missing, "
        "engines time out while waiting for their nodes."
    )
    remedy = "Add both rules (`SecurityGroupRule` does), or remove the unpaired one."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    pack = "reliability"
    controls = {"nist": ["CM-7", "SC-7"], "soc2": ["A1.2", "CC6.6"]}
    stages = (SYNTH,)  # ids of new groups are unknown in a plan
    resources = (EGRESS_RULE, INGRESS_RULE)

    def problems(self, block: Block) -> Iterable[str]:
        # Compared are references to groups: other values next to them do not matter.
        own, other = (
            reference(dict.get(block, name)) for name in ("security_group_id", "referenced_security_group_id")
        )
        if own is None or other is None or not other.startswith("aws_security_group."):
            return  # security groups of other stacks are not visible here
        is_egress = self.entity_type == EGRESS_RULE
        if not allows_path(self.peers, INGRESS_RULE if is_egress else EGRESS_RULE, other, own, block, whole=False):
            yield f"{other} has no matching {'ingress' if is_egress else 'egress'} rule"


check = SecurityGroupRulesPaired()
