from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.rules._shared.public_ranges import ROUTE_DESTINATIONS, internet_share
from lakekit_policies.terraform.blocks import Block, is_unknown, local_address, nested, reference


class NoInternetRoute(Rule):
    id = "LK_VPC_3"
    title = "Only subnets of NAT gateways have a route to the internet"
    severity = "critical"
    rationale = (
        "A data engine in a subnet with a route to an internet gateway is exposed as soon as it gets a public address."
    )
    remedy = "Place data engines in private subnets. Subnets with a route to the internet contain NAT gateways only."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html"
    pack = "baseline"
    controls = {"nist": ["SC-7"], "soc2": ["CC6.6"]}
    stages = (SYNTH,)  # compares references; ids of new resources are unknown in a plan
    resources = ("aws_route_table_association", "aws_route_table")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_route_table":
            if (
                any(_is_internet_route(route) for route in nested(block, "route"))
                and not self._serves_nat_gateways_only()
            ):
                yield "the route table has a route to an internet gateway and a subnet without a NAT gateway"
            return
        table = reference(block.get("route_table_id"))
        internet_routes = [
            peer
            for peer in self.peers.all("aws_route")
            if reference(peer.block.get("route_table_id")) == table and _is_internet_route(peer.block)
        ]
        if table and internet_routes and not self._has_nat_gateway(block.get("subnet_id")):
            yield f"{internet_routes[0].address} is an internet route of a subnet without a NAT gateway"

    def _serves_nat_gateways_only(self) -> bool:
        own_address = local_address(self.address)
        subnets = [
            peer.block.get("subnet_id")
            for peer in self.peers.all("aws_route_table_association")
            if reference(peer.block.get("route_table_id")) == own_address
        ]
        return all(self._has_nat_gateway(subnet) for subnet in subnets)

    def _has_nat_gateway(self, subnet: object) -> bool:
        if is_unknown(subnet):
            return True  # the value was read as unknown: the result is undetermined
        address = reference(subnet)
        gateways = self.peers.all("aws_nat_gateway")
        return address is not None and any(reference(peer.block.get("subnet_id")) == address for peer in gateways)


def _is_internet_route(route: Block) -> bool:
    destinations = [route.get(name) or "" for name in ROUTE_DESTINATIONS]
    target = str(route.get("gateway_id") or "")
    return bool(internet_share(destinations)) and (reference(target) or target).startswith(
        ("aws_internet_gateway.", "igw-")
    )


check = NoInternetRoute()
