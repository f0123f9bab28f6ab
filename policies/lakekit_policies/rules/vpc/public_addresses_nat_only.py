from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.terraform.blocks import Block, local_address, reference


class PublicAddressesNatOnly(Rule):
    id = "LK_VPC_7"
    title = "Public addresses and internet gateways serve NAT gateways only"
    severity = "high"
    rationale = "A public address exposes a resource to the internet. An unassociated Elastic IP is billed without use."
    remedy = "Allocate Elastic IPs to NAT gateways only, and remove the internet gateway serves no NAT gateway."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-eips.html"
    pack = "baseline"
    controls = {"nist": ["SC-7"], "soc2": ["CC6.6"]}
    stages = (SYNTH,)
    resources = ("aws_eip", "aws_internet_gateway", "aws_nat_gateway")

    def problems(self, block: Block) -> Iterable[str]:
        gateways = self.peers.all("aws_nat_gateway")
        if self.entity_type == "aws_nat_gateway":
            if block.get("connectivity_type") != "private" and not block.get("allocation_id"):
                yield "the public NAT gateway has no allocation_id"
            return
        if self.entity_type == "aws_internet_gateway":
            if not gateways:
                yield "the internet gateway serves no NAT gateway"
            return
        own_address = local_address(self.address)
        if block.get("instance") or block.get("network_interface"):
            yield "the address is associated with an instance or network interface"
        elif not any(
            reference(peer.block.get("allocation_id")) == own_address for peer in gateways
        ) and not self.peers.is_uncertain("aws_nat_gateway", "allocation_id"):
            yield "the address is not associated with a NAT gateway"


check = PublicAddressesNatOnly()
