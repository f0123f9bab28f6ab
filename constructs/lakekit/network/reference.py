"""References to the VPC of the environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.environment import Nat
from lakekit.errors import ConstructError
from lakekit.network.cidr_plan import CidrPlan


class Network(Protocol):
    """A network for engines: a DataVpc or a VpcReference."""

    @property
    def vpc_id(self) -> str:
        """Id of the VPC."""
        ...

    @property
    def cidr(self) -> str:
        """Address range of the VPC, a literal."""
        ...

    @property
    def zones(self) -> Sequence[str]:
        """Letters of the availability zones of the private subnets."""
        ...

    @property
    def subnet_ids(self) -> Sequence[str]:
        """Ids of the private subnets, one for each zone, in the order of `zones`."""
        ...

    @property
    def s3_prefix_list_id(self) -> str:
        """Id of the prefix list of S3, for security group rules."""
        ...

    @property
    def nat(self) -> Nat:
        """NAT gateways of the private subnets."""
        ...


class VpcReference(Construct):
    """The VPC of the environment, which another stack creates; `DataVpc.from_environment` returns one.

    Data sources find the subnets by name and address range; with `network.existing` the environment file has their
    ids. Postconditions check at plan time that those subnets are in the given VPC and availability zone and do not
    assign public addresses.

    Args:
        scope: parent construct.
        id: PascalCase id.

    Attributes:
        vpc_id, subnet_ids, s3_prefix_list_id: ids, known at plan time.
        zones, cidr, nat: literals.

    Raises:
        ConstructError: the environment has no network.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        settings = environment.network
        if not settings.enabled:
            raise ConstructError(
                self,
                f"{environment.name} has no network (network.enabled is false)",
                fix="set network.enabled: true in the environment file, or pass network=None where allowed",
            )
        cidr_plan = CidrPlan.of(environment)
        cidr_plan.check(self)
        self.zones: Final = cidr_plan.zones
        self.cidr: Final = cidr_plan.cidr
        self.nat: Final = settings.nat
        if settings.existing is not None:
            self._vpc_id: str = settings.existing.vpc_id
            given = dict(sorted(settings.existing.subnets.items()))
            self._subnet_ids: list[str] = list(given.values())
            for zone, subnet in given.items():
                self._existing_subnet(zone, subnet, cidr_plan)
        else:
            found = [self._subnet(zone, cidr_plan) for zone in cidr_plan.zones]
            self._subnet_ids = [subnet.id for subnet in found]
            self._vpc_id = found[0].vpc_id
        self._prefix_list: aws.data_aws_prefix_list.DataAwsPrefixList | None = None

    @classmethod
    def of_stack(cls, construct: Construct) -> VpcReference:
        """Return the reference that the constructs of a stack share."""
        stack = stack_of(construct)
        found = stack.node.try_find_child("Network")
        return found if isinstance(found, cls) else cls(stack, "Network")

    @property
    def vpc_id(self) -> str:
        """Id of the VPC."""
        return self._vpc_id

    @property
    def subnet_ids(self) -> Sequence[str]:
        """Ids of the private subnets, in the order of `zones`."""
        return self._subnet_ids

    @property
    def s3_prefix_list_id(self) -> str:
        """Id of the prefix list of S3."""
        if self._prefix_list is None:
            region = environment_of(self).region
            self._prefix_list = aws.data_aws_prefix_list.DataAwsPrefixList(
                self, "S3", name=f"com.amazonaws.{region}.s3"
            )
        return self._prefix_list.id

    def _existing_subnet(self, zone: str, id: str, cidr_plan: CidrPlan) -> None:
        """Check an existing subnet at plan time; errors name the key of the environment file."""
        where = f"network.existing.subnets.{zone} of {environment_of(self).name}.yaml: {id}"
        conditions = (
            (f'self.vpc_id == "{self._vpc_id}"', "lies in ${self.vpc_id}, and not in network.existing.vpc_id"),
            (f'self.availability_zone == "{cidr_plan.zone(zone)}"', "lies in zone ${self.availability_zone}"),
            ("!self.map_public_ip_on_launch", "gives out public addresses: name a private subnet"),
        )
        subnet = aws.data_aws_subnet.DataAwsSubnet(self, f"Given{zone.upper()}", id=id)
        # cdktf accepts only conditions with its own tokens.
        subnet.add_override(
            "lifecycle.postcondition",
            [{"condition": f"${{{asked}}}", "error_message": f"{where} {wrong}"} for asked, wrong in conditions],
        )

    def _subnet(self, zone: str, cidr_plan: CidrPlan) -> aws.data_aws_subnet.DataAwsSubnet:
        module = aws.data_aws_subnet
        return module.DataAwsSubnet(
            self,
            f"Private{zone.upper()}",
            filter=[
                module.DataAwsSubnetFilter(name="tag:Name", values=[cidr_plan.private_name(zone)]),
                module.DataAwsSubnetFilter(name="cidr-block", values=[cidr_plan.private(zone)]),
            ],
        )


def environment_network(construct: Construct) -> VpcReference | None:
    """Return the VPC of the environment for an engine; None without a network, if the tier allows that.

    Raises:
        ConstructError: the environment has no network, in a tier above dev.
    """
    environment = environment_of(construct)
    if environment.network.enabled:
        return VpcReference.of_stack(construct)
    if not environment.defaults.allow_force_destroy:
        raise ConstructError(
            construct,
            f"has no network: {environment.name} has tier {environment.tier} and network.enabled is false",
            fix="set network.enabled: true; only sandbox and dev allow engines without a network",
        )
    return None
