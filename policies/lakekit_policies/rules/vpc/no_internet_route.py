from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.terraform.blocks import Block, local_address, nested, reference

WORLD = ("0.0.0.0/0", "::/0")


class NoInternetRoute(Rule):
    id = "LK_VPC_3"
    title = "Only subnets of NAT gateways have a route to the internet"
    severity = "critical"
    rationale = "An engine in a subnet with an internet gateway is one public address away from everybody."
    remedy = "Put engines into private subnets; a subnet with a route to the internet holds a NAT gateway, no more."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html"
    pack = "baseline"
    controls = {"nist": ["SC-7"], "soc2": ["CC6.6"]}
    stages = (SYNTH,)  # which table and which subnet is known by reference, and at plan only by ids to come
    resources = ("aws_route_table_association", "aws_route_table")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_route_table":
            if any(_leads_out(route) for route in nested(block, "route")) and not self._serves_gateways():
                yield "the table has a route to an internet gateway and serves a subnet without a NAT gateway"
            return
        table = reference(block.get("route_table_id"))
        out = [
            peer
            for peer in self.peers.all("aws_route")
            if reference(peer.block.get("route_table_id")) == table and _leads_out(peer.block)
        ]
        if table and out and not self._holds_gateway(block.get("subnet_id")):
            yield f"{out[0].address} leads to the internet from a subnet without a NAT gateway"

    def _serves_gateways(self) -> bool:
        here = local_address(self.address)
        subnets = [
            peer.block.get("subnet_id")
            for peer in self.peers.all("aws_route_table_association")
            if reference(peer.block.get("route_table_id")) == here
        ]
        return all(self._holds_gateway(subnet) for subnet in subnets)

    def _holds_gateway(self, subnet: object) -> bool:
        wanted = reference(subnet)
        gateways = self.peers.all("aws_nat_gateway")
        return wanted is not None and any(reference(peer.block.get("subnet_id")) == wanted for peer in gateways)


def _leads_out(route: Block) -> bool:
    world = route.get("destination_cidr_block") or route.get("cidr_block") or route.get("ipv6_cidr_block")
    target = str(route.get("gateway_id") or "")
    return world in WORLD and (reference(target) or target).startswith(("aws_internet_gateway.", "igw-"))


check = NoInternetRoute()
