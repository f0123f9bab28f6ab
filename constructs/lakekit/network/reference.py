"""The network as engines see it: subnets and ranges, from names alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.environment import Nat
from lakekit.errors import ConstructError
from lakekit.network.cidr_plan import CidrPlan


class Network(Protocol):
    """What an engine needs of a network: a DataVpc, or a VpcReference to another stack's."""

    @property
    def vpc_id(self) -> str:
        """The id of the VPC."""
        ...

    @property
    def cidr(self) -> str:
        """Its address range, a literal."""
        ...

    @property
    def zones(self) -> Sequence[str]:
        """Letters of the availability zones it has private subnets in."""
        ...

    @property
    def subnet_ids(self) -> Sequence[str]:
        """The private subnets, one for each zone, in the order of `zones`."""
        ...

    @property
    def s3_prefix_list_id(self) -> str:
        """The prefix list of S3 in the region, for security groups."""
        ...

    @property
    def nat(self) -> Nat:
        """How its private subnets reach the internet."""
        ...


class VpcReference(Construct):
    """The environment's network, which another stack owns.

    Subnets get their ids from AWS, so they are found by the name that is a pure function; in a VPC of somebody
    else's the environment file states them. They are looked up all the same: a plan ends where one of them lies in
    another VPC or zone than stated, or gives out public addresses.

    Args:
        scope: parent construct.
        id: PascalCase id.

    Attributes:
        vpc_id, subnet_ids, s3_prefix_list_id: ids, known at plan.
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
                fix="enable it in the environment file, or give the construct network=None where it can do without",
            )
        plan = CidrPlan.of(environment)
        plan.check(self)
        self.zones: Final = plan.zones
        self.cidr: Final = plan.cidr
        self.nat: Final = settings.nat
        if settings.existing is not None:
            self._vpc_id: str = settings.existing.vpc_id
            given = dict(sorted(settings.existing.subnets.items()))
            self._subnet_ids: list[str] = list(given.values())
            for zone, subnet in given.items():
                self._given(zone, subnet, plan)
        else:
            found = [self._subnet(zone, plan) for zone in plan.zones]
            self._subnet_ids = [subnet.id for subnet in found]
            self._vpc_id = found[0].vpc_id
        self._prefix_list: aws.data_aws_prefix_list.DataAwsPrefixList | None = None

    @classmethod
    def of_stack(cls, construct: Construct) -> VpcReference:
        """The reference of the construct's stack, made once."""
        stack = stack_of(construct)
        found = stack.node.try_find_child("Network")
        return found if isinstance(found, cls) else cls(stack, "Network")

    @property
    def vpc_id(self) -> str:
        """The id of the VPC."""
        return self._vpc_id

    @property
    def subnet_ids(self) -> Sequence[str]:
        """The private subnets, in the order of `zones`."""
        return self._subnet_ids

    @property
    def s3_prefix_list_id(self) -> str:
        """The prefix list of S3 in the region."""
        if self._prefix_list is None:
            region = environment_of(self).region
            self._prefix_list = aws.data_aws_prefix_list.DataAwsPrefixList(
                self, "S3", name=f"com.amazonaws.{region}.s3"
            )
        return self._prefix_list.id

    def _given(self, zone: str, id: str, plan: CidrPlan) -> None:
        """Look at a subnet that somebody else made; the plan fails with what is wrong, and the key that says it."""
        where = f"network.existing.subnets.{zone} of {environment_of(self).name}.yaml: {id}"
        conditions = (
            (f'self.vpc_id == "{self._vpc_id}"', "lies in ${self.vpc_id}, and not in network.existing.vpc_id"),
            (f'self.availability_zone == "{plan.zone(zone)}"', "lies in zone ${self.availability_zone}"),
            ("!self.map_public_ip_on_launch", "gives out public addresses: name a private subnet"),
        )
        subnet = aws.data_aws_subnet.DataAwsSubnet(self, f"Given{zone.upper()}", id=id)
        # cdktf takes conditions with tokens of its own only.
        subnet.add_override(
            "lifecycle.postcondition",
            [{"condition": f"${{{asked}}}", "error_message": f"{where} {wrong}"} for asked, wrong in conditions],
        )

    def _subnet(self, zone: str, plan: CidrPlan) -> aws.data_aws_subnet.DataAwsSubnet:
        module = aws.data_aws_subnet
        return module.DataAwsSubnet(
            self,
            f"Private{zone.upper()}",
            filter=[
                module.DataAwsSubnetFilter(name="tag:Name", values=[plan.private_name(zone)]),
                module.DataAwsSubnetFilter(name="cidr-block", values=[plan.private(zone)]),
            ],
        )


def environment_network(construct: Construct) -> VpcReference | None:
    """The environment's network for an engine, or None where there is none and the tier allows that.

    Raises:
        ConstructError: the environment has no network, in a tier above dev.
    """
    environment = environment_of(construct)
    if environment.network.enabled:
        return VpcReference.of_stack(construct)
    if not environment.defaults.allow_force_destroy:
        raise ConstructError(
            construct,
            f"has no network to run in: {environment.name} is of tier {environment.tier} and network.enabled is false",
            fix="enable the network; engines outside of one are for sandbox and dev",
        )
    return None
