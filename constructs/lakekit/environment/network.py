"""The `network` section of an environment file: the VPC of the engines and its endpoints."""

from __future__ import annotations

import ipaddress
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from .field_types import StrictModel

ZoneLetter = Literal["a", "b", "c", "d", "e", "f"]
VpcId = Annotated[str, StringConstraints(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$")]
SubnetId = Annotated[str, StringConstraints(pattern=r"^subnet-([0-9a-f]{8}|[0-9a-f]{17})$")]
OrganizationId = Annotated[str, StringConstraints(pattern=r"^o-[a-z0-9]{10,32}$")]
# All of them take endpoint policies (AWS PrivateLink guide, "AWS services that integrate with AWS PrivateLink").
EndpointService = Literal[
    "athena",
    "ecr.api",
    "ecr.dkr",
    "elasticmapreduce",
    "emr-serverless",
    "events",
    "glue",
    "kafka",
    "kinesis-firehose",
    "kinesis-streams",
    "kms",
    "lakeformation",
    "logs",
    "monitoring",
    "secretsmanager",
    "sns",
    "sqs",
    "sts",
]
DEFAULT_ENDPOINTS: tuple[EndpointService, ...] = (
    "athena",
    "emr-serverless",
    "glue",
    "kafka",
    "kms",
    "lakeformation",
    "logs",
    "monitoring",
    "secretsmanager",
    "sts",
)


class Nat(StrEnum):
    """How private subnets reach the internet."""

    NONE = "none"
    ONE = "one"
    PER_ZONE = "per-zone"


class ExistingVpc(StrictModel):
    """An existing VPC that another team operates, with its routes, endpoints and flow logs."""

    vpc_id: VpcId = Field(description="The VPC")
    cidr: str = Field(description="Its address range, such as 10.20.0.0/16")
    subnets: dict[ZoneLetter, SubnetId] = Field(
        min_length=1, description="One private subnet for each availability zone, by its letter"
    )

    @field_validator("cidr")
    @classmethod
    def _private(cls, value: str) -> str:
        return private_range(value, 8, 28)

    @model_validator(mode="after")
    def _one_subnet_per_zone(self) -> Self:
        if len(set(self.subnets.values())) != len(self.subnets):
            raise ValueError("the same subnet is named for two availability zones; name one subnet for each")
        return self


class NetworkSettings(StrictModel):
    """Private subnets of the engines, their endpoints and NAT gateways."""

    enabled: bool = Field(default=True, description="Whether the environment has a network")
    cidr: str = Field(
        default="10.64.0.0/16", description="Private address range of the VPC, /16 to /20; /20 to /24 for each zone"
    )
    zones: tuple[ZoneLetter, ...] | None = Field(
        default=None, description="Letters of availability zones; a and b in sandbox and dev, a to c above, if unset"
    )
    nat: Nat = Field(
        default=Nat.NONE,
        description="NAT gateways: none, one (about 35 USD a month and 0.048 USD a GB) or per-zone (one in each zone)",
    )
    endpoints: tuple[EndpointService, ...] = Field(
        default=DEFAULT_ENDPOINTS,
        description="Interface endpoints, about 8 USD a month each in each zone, and 0.01 USD a GB",
    )
    organization_id: OrganizationId | None = Field(
        default=None,
        description="AWS Organizations id: endpoint policies allow its accounts; only this account if unset",
    )
    existing: ExistingVpc | None = Field(
        default=None, description="Use this VPC instead of creating one; its owner configures endpoints and flow logs"
    )

    @property
    def creates_vpc(self) -> bool:
        """Whether the network stack creates a VPC."""
        return self.enabled and self.existing is None

    @field_validator("cidr")
    @classmethod
    def _private(cls, value: str) -> str:
        return private_range(value, 16, 20)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.zones is not None and (not self.zones or len(set(self.zones)) != len(self.zones)):
            raise ValueError(f"zones {', '.join(self.zones) or '(none)'}: name at least one zone, and each only once")
        if len(set(self.endpoints)) != len(self.endpoints):
            raise ValueError("endpoints: the same service is named twice")
        given = self.model_fields_set & {"cidr", "zones", "nat", "endpoints"}
        if self.existing is not None and given:
            raise ValueError(f"existing cannot be combined with {', '.join(sorted(given))}: remove the latter")
        return self


def private_range(value: str, shortest: int, longest: int) -> str:
    """Return an address range if it is IPv4, private (RFC 1918), aligned, and between two prefix lengths."""
    try:
        network = ipaddress.IPv4Network(value)
    except ValueError as error:
        raise ValueError(f"{value} is not an address range such as 10.64.0.0/16 ({error})") from error
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
    if not any(network.subnet_of(ipaddress.IPv4Network(private)) for private in private):
        raise ValueError(f"{value} is not a private range (RFC 1918: {', '.join(private)})")
    if not shortest <= network.prefixlen <= longest:
        raise ValueError(f"{value} is a /{network.prefixlen}; between /{shortest} and /{longest} is allowed")
    return value
