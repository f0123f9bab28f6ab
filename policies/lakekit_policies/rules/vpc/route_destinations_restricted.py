from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.public_ranges import ROUTE_DESTINATIONS, internet_share
from lakekit_policies.terraform.blocks import Block, local_address, nested, reference


class RouteDestinationsRestricted(Rule):
    id = "LK_VPC_11"
    title = "Routes over peerings and gateways are not open to every address"
    severity = "high"
    rationale = (
        "A route of all traffic to an internet gateway makes a subnet public. Over a peering it sends the traffic "
        "of the whole network to another one."
    )
    remedy = (
        "Route peerings and transit gateways by the CIDR block of the other network; route to the internet through"
        " a NAT gateway."
    )
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_route",
        "aws_route_table",
        "aws_default_route_table",
    )

    def problems(self, block: Block) -> Iterable[str]:
        routes = [block] if self.entity_type == "aws_route" else nested(block, "route")
        for route in routes:
            destinations = [str(route.get(name) or "") for name in ROUTE_DESTINATIONS]
            world = next((one for one in destinations if internet_share([one])), None)
            if world is None:
                continue
            if route.get("vpc_peering_connection_id"):
                yield f"{world} goes over the peering {route['vpc_peering_connection_id']}"
            gateway = str(route.get("gateway_id") or "")
            to_internet = gateway.startswith("igw-") or (reference(gateway) or "").startswith("aws_internet_gateway.")
            if to_internet and not self._for_nat_only(route):
                yield f"{world} goes to the internet gateway {gateway}"

    def _for_nat_only(self, route: Block) -> bool:
        """Whether every subnet of the route table holds a NAT gateway."""
        own = local_address(self.address) if self.entity_type != "aws_route" else reference(route.get("route_table_id"))
        subnets = [
            reference(peer.block.get("subnet_id"))
            for peer in self.peers.all("aws_route_table_association")
            if own and reference(peer.block.get("route_table_id")) == own
        ]
        with_nat = {reference(peer.block.get("subnet_id")) for peer in self.peers.all("aws_nat_gateway")}
        return bool(subnets) and all(subnet is not None and subnet in with_nat for subnet in subnets)


check = RouteDestinationsRestricted()
