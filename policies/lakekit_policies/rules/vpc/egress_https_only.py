from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.public_ranges import internet_share
from lakekit_policies.terraform.blocks import Block, as_list, nested

HTTPS: Final = 443
DESTINATIONS: Final = ("cidr_ipv4", "cidr_ipv6", "cidr_blocks", "ipv6_cidr_blocks")


class EgressHttpsOnly(Rule):
    id = "LK_VPC_6"
    title = "Egress to the internet is HTTPS only"
    severity = "medium"
    rationale = (
        "Open egress ports allow data exfiltration. HTTPS through a NAT gateway or VPC endpoint can be monitored."
    )
    remedy = "Allow only TCP 443 to public ranges wider than /16; use security groups or prefix lists for other ports."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7(5)"], "soc2": ["CC6.6"]}
    resources = ("aws_vpc_security_group_egress_rule", "aws_security_group_rule", "aws_security_group")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_security_group_rule" and block.get("type") != "egress":
            return
        rules = nested(block, "egress") if self.entity_type == "aws_security_group" else [block]
        for rule in rules:
            destinations = [cidr for key in DESTINATIONS for cidr in as_list(rule.get(key))]
            ports = (rule.get("from_port"), rule.get("to_port"))
            protocol = str(rule.get("ip_protocol", rule.get("protocol")))
            share = internet_share(destinations)
            if share and not (protocol in ("tcp", "6") and ports == (HTTPS, HTTPS)):
                yield (
                    f"protocol {protocol}, ports {ports[0]} to {ports[1]} are open to the internet ({share}); only "
                    "TCP 443 is allowed"
                )


check = EgressHttpsOnly()
