from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, local_address, reference


class VpcDnsAndAvailabilityZones(Rule):
    id = "LK_VPC_4"
    title = "VPCs enable DNS and span Availability Zones"
    severity = "medium"
    rationale = (
        "Without DNS support and DNS hostnames, clients do not use interface endpoints. A VPC in one Availability "
        "Zone fails with that zone."
    )
    remedy = (
        "Set `enable_dns_support` and `enable_dns_hostnames`, and place subnets in two Availability Zones in staging "
        "and three in prod."
    )
    reference = "https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html"
    pack = "reliability"
    controls = {"nist": ["CP-2", "SC-7"], "soc2": ["A1.2"]}
    stages = (SYNTH,)
    resources = ("aws_vpc",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("enable_dns_support") is False or block.get("enable_dns_hostnames") is not True:
            yield "enable_dns_support and enable_dns_hostnames are not both true"
        if self.peers.is_uncertain("aws_subnet", "vpc_id"):
            return
        own_address = local_address(self.address)
        zones = {
            peer.block.get("availability_zone") or peer.block.get("availability_zone_id")
            for peer in self.peers.all("aws_subnet")
            if reference(peer.block.get("vpc_id")) == own_address
        } - {None}
        minimum = 3 if stack_context.current().is_prod else 2 if stack_context.current().at_least("staging") else 1
        if len(zones) < minimum:
            yield (
                f"subnets cover {len(zones)} Availability Zones; tier {stack_context.current().tier} requires {minimum}"
            )


check = VpcDnsAndAvailabilityZones()
