"""NAT gateways, for environments with internet access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.monitoring import Alarm, Metric, add_widget
from lakekit.network.cidr_plan import CidrPlan


class NatGateways(Construct):
    """NAT gateways in public subnets, and routes from the private subnets to them.

    A single gateway fails with its availability zone and adds charges for traffic between zones; one per zone avoids
    both and costs 0.048 USD an hour for each zone (eu-west-1) plus 0.048 USD a GB.

    Args:
        scope: parent construct.
        id: PascalCase id.
        vpc_id: id of the VPC.
        cidr_plan: address ranges of the subnets.
        per_zone: one gateway in each zone; otherwise one in the first zone.
        routes: private route tables by zone letter.

    Attributes:
        gateways: `aws_nat_gateway` by zone letter.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc_id: str,
        cidr_plan: CidrPlan,
        per_zone: bool,
        routes: Mapping[str, aws.route_table.RouteTable],
    ) -> None:
        super().__init__(scope, id)
        self.internet_gateway: Final = aws.internet_gateway.InternetGateway(
            self, "Internet", vpc_id=vpc_id, tags={"Name": f"{cidr_plan.prefix}-internet"}
        )
        self.gateways: Final[dict[str, aws.nat_gateway.NatGateway]] = {}
        for zone in cidr_plan.zones if per_zone else cidr_plan.zones[:1]:
            self.gateways[zone] = self._gateway(zone, vpc_id, cidr_plan)
            self._add_monitoring(zone)
        first = cidr_plan.zones[0]
        for zone, table in routes.items():
            aws.route.Route(
                self,
                f"RouteOf{zone.upper()}",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=self.gateways[zone if per_zone else first].id,
            )

    def _add_monitoring(self, zone: str) -> None:
        """Add alarms on ports and dropped packets (VPC user guide, "Monitor NAT gateways with CloudWatch")."""
        gateway = {"NatGatewayId": self.gateways[zone].id}

        def metric(name: str, statistic: str = "Sum") -> Metric:
            return Metric("AWS/NATGateway", name, gateway, statistic)

        Alarm(
            self,
            f"Full{zone.upper()}",
            metric=metric("ErrorPortAllocation"),
            threshold=0,
            evaluation_periods=2,
            description=(
                f"The NAT gateway of zone {zone} has no port left for a destination: connections to it fail. Look at "
                "the flow logs for who opens so many, reuse connections, or take nat: per-zone."
            ),
        )
        Alarm(
            self,
            f"Drops{zone.upper()}",
            metric=metric("PacketsDropCount"),
            threshold=0,
            evaluation_periods=3,
            description=(
                f"The NAT gateway of zone {zone} has dropped packets for a quarter of an hour, which is a fault of "
                "the gateway: look at the AWS Health dashboard."
            ),
        )
        traffic = [metric("BytesOutToDestination"), metric("BytesInFromDestination")]
        add_widget(self, f"NAT in zone {zone}: bytes, at a price for each", traffic)

    def _gateway(self, zone: str, vpc_id: str, cidr_plan: CidrPlan) -> aws.nat_gateway.NatGateway:
        letter, name = zone.upper(), cidr_plan.public_name(zone)
        subnet = aws.subnet.Subnet(
            self,
            f"Public{letter}",
            vpc_id=vpc_id,
            availability_zone=cidr_plan.zone(zone),
            cidr_block=cidr_plan.public(zone),
            # The gateway has an Elastic IP; nothing else belongs in this subnet.
            map_public_ip_on_launch=False,
            tags={"Name": name},
        )
        table = aws.route_table.RouteTable(self, f"PublicRoutes{letter}", vpc_id=vpc_id, tags={"Name": name})
        aws.route.Route(
            self,
            f"Out{letter}",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=self.internet_gateway.id,
        )
        aws.route_table_association.RouteTableAssociation(
            self, f"PublicRoutesOf{letter}", subnet_id=subnet.id, route_table_id=table.id
        )
        address = aws.eip.Eip(
            self, f"Address{letter}", domain="vpc", tags={"Name": name}, depends_on=[self.internet_gateway]
        )
        return aws.nat_gateway.NatGateway(
            self, f"Gateway{letter}", subnet_id=subnet.id, allocation_id=address.id, tags={"Name": name}
        )
