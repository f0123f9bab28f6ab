"""The VPC of the engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import ExistingVpc, Nat, NetworkSettings
from lakekit.errors import ConstructError
from lakekit.network.cidr_plan import CidrPlan
from lakekit.network.endpoints import Endpoints
from lakekit.network.flow_log import FlowLog
from lakekit.network.nat import NatGateways
from lakekit.network.reference import VpcReference


class DataVpc(Construct):
    """A VPC for data engines: private subnets in each availability zone, VPC endpoints and flow logs.

    Engines reach S3 through a gateway endpoint (free of charge) and other AWS services through interface endpoints
    (about 0.01 USD an hour for each endpoint and zone, us-east-1). Endpoint policies allow only principals and
    resources of this account, or of the organization, so that stolen credentials and foreign buckets cannot be used.
    There is no internet access unless the environment sets `nat`: `one` costs 0.048 USD an hour and 0.048 USD a GB
    (eu-west-1) and fails with its zone, `per-zone` costs that for each zone.

    With `network.existing` it creates nothing and only checks the settings.

    Args:
        scope: parent construct.
        id: PascalCase id.

    Attributes:
        vpc: the `aws_vpc`; with `existing`, this and the following are None or empty.
        subnets: private `aws_subnet` by zone letter.
        routes: private `aws_route_table` by zone letter.
        endpoints: the Endpoints.
        flow_log: the FlowLog.
        gateways: the NatGateways, with `nat`.
        vpc_id, subnet_ids, cidr, zones, nat, s3_prefix_list_id: see Network.

    Raises:
        ConstructError: the environment has no network, or too few availability zones for its tier.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        self.settings: Final[NetworkSettings] = environment.network
        self.cidr_plan: Final = CidrPlan.of(environment)
        self.cidr: Final = self.cidr_plan.cidr
        self.zones: Final = self.cidr_plan.zones
        self._check()
        self.nat: Final = self.settings.nat
        self.vpc: aws.vpc.Vpc | None = None
        self.default_group: aws.default_security_group.DefaultSecurityGroup | None = None
        self.subnets: Final[dict[str, aws.subnet.Subnet]] = {}
        self.routes: Final[dict[str, aws.route_table.RouteTable]] = {}
        self.endpoints: Endpoints | None = None
        self.flow_log: FlowLog | None = None
        self.gateways: NatGateways | None = None
        if self.settings.existing is None:
            self._create()

    @classmethod
    def from_environment(cls, scope: Construct, id: str) -> VpcReference:
        """Refer to the VPC of the environment, which another stack creates.

        Raises:
            ConstructError: the environment has no network.
        """
        return VpcReference(scope, id)

    @property
    def vpc_id(self) -> str:
        """The id of the VPC."""
        return self.vpc.id if self.vpc is not None else self._existing.vpc_id

    @property
    def subnet_ids(self) -> Sequence[str]:
        """The private subnets, in the order of `zones`."""
        if self.vpc is None:
            return [subnet for _, subnet in sorted(self._existing.subnets.items())]
        return [self.subnets[zone].id for zone in self.zones]

    @property
    def s3_prefix_list_id(self) -> str:
        """The prefix list of S3 in the region.

        Raises:
            ConstructError: with `existing`; a VpcReference looks it up.
        """
        if self.endpoints is None:
            raise ConstructError(
                self, "has no S3 endpoint with network.existing", fix="use DataVpc.from_environment(scope, id)"
            )
        return self.endpoints.s3.prefix_list_id

    @property
    def _existing(self) -> ExistingVpc:
        existing = self.settings.existing
        assert existing is not None, "without it the VPC is created here"  # noqa: S101
        return existing

    def _check(self) -> None:
        if not self.settings.enabled:
            raise ConstructError(self, "network.enabled is false", fix="enable it, or remove the construct")
        self.cidr_plan.check(self)

    def _create(self) -> None:
        names, processing = environment_of(self).names, environment_of(self).processing
        name = names.resource("network")
        vpc = self.vpc = aws.vpc.Vpc(
            self,
            "Vpc",
            cidr_block=self.cidr,
            # Private DNS names of interface endpoints require both.
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
        )
        # The default security group allows traffic between its members and to anywhere: remove its rules.
        self.default_group = aws.default_security_group.DefaultSecurityGroup(
            self, "DefaultGroup", vpc_id=vpc.id, tags={"Name": f"{name}-default-closed"}
        )
        for zone in self.zones:
            self._add_zone(zone, vpc.id)
        self.flow_log = FlowLog(self, "FlowLog", vpc_id=vpc.id)
        self.endpoints = Endpoints(
            self,
            "Endpoints",
            vpc_id=vpc.id,
            cidr=self.cidr,
            subnets=[self.subnets[zone].id for zone in self.zones],
            routes=[self.routes[zone].id for zone in self.zones],
            services=self.settings.endpoints,
            organization_id=self.settings.organization_id,
            spark=processing.enabled and processing.spark.enabled,
            cluster=processing.enabled and processing.cluster.enabled,
        )
        if self.nat is not Nat.NONE:
            self.gateways = NatGateways(
                self,
                "Nat",
                vpc_id=vpc.id,
                cidr_plan=self.cidr_plan,
                per_zone=self.nat is Nat.PER_ZONE,
                routes=self.routes,
            )

    def _add_zone(self, zone: str, vpc_id: str) -> None:
        name = self.cidr_plan.private_name(zone)
        subnet = aws.subnet.Subnet(
            self,
            f"Private{zone.upper()}",
            vpc_id=vpc_id,
            availability_zone=self.cidr_plan.zone(zone),
            cidr_block=self.cidr_plan.private(zone),
            map_public_ip_on_launch=False,
            tags={"Name": name},
        )
        table = aws.route_table.RouteTable(self, f"Routes{zone.upper()}", vpc_id=vpc_id, tags={"Name": name})
        aws.route_table_association.RouteTableAssociation(
            self, f"RoutesOf{zone.upper()}", subnet_id=subnet.id, route_table_id=table.id
        )
        self.subnets[zone] = subnet
        self.routes[zone] = table
