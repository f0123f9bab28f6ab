from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.ip_ranges import is_private
from lakekit_policies.terraform.blocks import Block, as_list, nested


class NoPublicIngress(Rule):
    id = "LK_VPC_5"
    title = "Security groups allow no public ingress"
    severity = "critical"
    rationale = "Data engines have no clients on the internet. External clients connect through AWS PrivateLink."
    remedy = "Use a security group, prefix list or private address range as the source."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    pack = "baseline"
    controls = {"nist": ["AC-17", "SC-7"], "cis": ["5.2"], "soc2": ["CC6.6"]}
    resources = ("aws_vpc_security_group_ingress_rule", "aws_security_group_rule", "aws_security_group")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_security_group_rule" and block.get("type") != "ingress":
            return
        rules = nested(block, "ingress") if self.entity_type == "aws_security_group" else [block]
        for rule in rules:
            for key in ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks"):
                for source in as_list(rule.get(key)):
                    if not is_private(str(source)):
                        yield f"ingress from {source} is allowed; use a private source"


check = NoPublicIngress()
