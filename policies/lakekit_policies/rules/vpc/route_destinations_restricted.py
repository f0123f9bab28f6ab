from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.public_ranges import ROUTE_DESTINATIONS, internet_share
from lakekit_policies.terraform.blocks import Block, local_address, nested, reference

_APPLIANCES: Final = {
    "network_interface_id": ("aws_network_interface", "network interface"),
    "instance_id": ("aws_instance", "instance"),
    "vpc_endpoint_id": ("aws_vpc_endpoint", "endpoint"),
    "core_network_arn": ("aws_networkmanager_core_network", "core network"),
    "local_gateway_id": ("aws_ec2_local_gateway", "local gateway"),
}
"""Targets that can read and forward the traffic, with the type that declares one."""


class RouteDestinationsRestricted(Rule):
    id = "LK_VPC_11"
    title = "Routes over peerings and gateways are not open to every address"
    severity = "high"
    rationale = (
        "A route of all traffic to an internet gateway makes a subnet public. Over a peering it sends the traffic "
        "of the whole network to another one, and through a network interface or an endpoint of others to an appliance "
        "that can read it."
    )
    remedy = (
        "Route peerings and transit gateways by the CIDR block of the other network. Route to the internet through "
        "a NAT gateway, or an appliance that the same configuration declares."
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
            if route.get("carrier_gateway_id"):
                yield f"{world} goes to the carrier gateway {route['carrier_gateway_id']}"
            for argument, (kind, title) in _APPLIANCES.items():
                if (target := route.get(argument)) and not self._declares(kind, target):
                    yield f"{world} goes through the {title} {target}, which is not in this configuration"

    def _declares(self, kind: str, target: object) -> bool:
        named = reference(target) or ""
        return named.startswith(f"{kind}.") or any(target == peer.block.get("id") for peer in self.peers.all(kind))

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
