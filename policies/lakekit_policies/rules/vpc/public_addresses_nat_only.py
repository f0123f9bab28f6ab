from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.terraform.blocks import Block, local_address, reference


class PublicAddressesNatOnly(Rule):
    id = "LK_VPC_7"
    title = "Public addresses and internet gateways serve NAT gateways only"
    severity = "high"
    rationale = "An address of its own is a door of its own; and one that is bound to nothing is paid for nothing."
    remedy = "Allocate addresses to NAT gateways alone, and drop the internet gateway where there is none."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html"
    pack = "baseline"
    controls = {"nist": ["SC-7"], "soc2": ["CC6.6"]}
    stages = (SYNTH,)
    resources = ("aws_eip", "aws_internet_gateway", "aws_nat_gateway")

    def problems(self, block: Block) -> Iterable[str]:
        gateways = self.peers.all("aws_nat_gateway")
        if self.entity_type == "aws_nat_gateway":
            if block.get("connectivity_type") != "private" and not block.get("allocation_id"):
                yield "a public NAT gateway without an address of ours"
            return
        if self.entity_type == "aws_internet_gateway":
            if not gateways:
                yield "an internet gateway without a NAT gateway"
            return
        here = local_address(self.address)
        if block.get("instance") or block.get("network_interface"):
            yield "the address belongs to an instance or interface"
        elif not any(reference(peer.block.get("allocation_id")) == here for peer in gateways):
            yield "the address belongs to no NAT gateway"


check = PublicAddressesNatOnly()
