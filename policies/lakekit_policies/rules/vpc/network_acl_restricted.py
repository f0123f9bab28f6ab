from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.public_ranges import internet_share
from lakekit_policies.terraform.blocks import Block, nested

ALL: Final = ("-1", "all")


class NetworkAclRestricted(Rule):
    id = "LK_VPC_12"
    title = "Network ACLs do not allow every protocol from every address"
    severity = "high"
    rationale = (
        "A rule for all protocols from 0.0.0.0/0, or from ranges that add up to it, makes the ACL admit every packet."
    )
    remedy = "Name protocol, ports and source of inbound rules."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_network_acl",
        "aws_network_acl_rule",
        "aws_default_network_acl",
    )

    def problems(self, block: Block) -> Iterable[str]:
        own = self.entity_type == "aws_network_acl_rule"
        rules = [block] if own and block.get("egress") is not True else [] if own else nested(block, "ingress")
        for rule in rules:
            allows = str(rule.get("rule_action") or rule.get("action")).lower() == "allow"
            number = rule.get("rule_number") or rule.get("rule_no")
            share = internet_share(rule.get(name) or "" for name in ("cidr_block", "ipv6_cidr_block"))
            if allows and share and str(rule.get("protocol")).lower() in ALL:
                yield f"inbound rule {number} allows every protocol from {share}"


check = NetworkAclRestricted()
