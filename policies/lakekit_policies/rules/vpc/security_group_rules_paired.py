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
        "What one group may send and the other does not take, or the other way round, never arrives: an engine that "
        "starts and then waits for its own nodes until it times out."
    )
    remedy = "Open both ends (network.Way does), or drop the one that leads nowhere."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    pack = "reliability"
    controls = {"nist": ["CM-7", "SC-7"], "soc2": ["A1.2", "CC6.6"]}
    evaluates_unknown = True  # it asks which group is named, and not for its id
    stages = (SYNTH,)  # at plan the ids of new groups are not known
    resources = (EGRESS_RULE, INGRESS_RULE)

    def problems(self, block: Block) -> Iterable[str]:
        own = reference(block.get("security_group_id"))
        other = reference(block.get("referenced_security_group_id"))
        if own is None or other is None or not other.startswith("aws_security_group."):
            return  # a group of another stack, which is not seen from here
        leaves = self.entity_type == EGRESS_RULE
        if not allows_path(self.peers, INGRESS_RULE if leaves else EGRESS_RULE, other, own, block, whole=False):
            yield f"{other} {'takes it not in' if leaves else 'lets it not out'}"


check = SecurityGroupRulesPaired()
