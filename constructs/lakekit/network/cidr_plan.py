"""Address ranges and names of subnets, derived from the environment."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import Environment
from lakekit.errors import ConstructError

# A sixteenth of the range for each private subnet: /20 of a /16, 4,091 addresses. EMR Serverless uses one for each
# worker and recommends large subnets; the last sixteenth is split into small subnets for NAT gateways.
_SHARE: Final = 4
_PUBLIC_SHARE: Final = 8
_LETTERS: Final = "abcdef"


@dataclass(frozen=True, slots=True)
class CidrPlan:
    """Address ranges and names of an environment's network.

    The ranges of an availability zone depend only on its letter: adding or removing a zone changes no other.

    Attributes:
        prefix: prefix of the names.
        region: the AWS region.
        cidr: the address range of the VPC.
        zones: letters of the availability zones, sorted.
    """

    prefix: str
    region: str
    cidr: str
    zones: Sequence[str]

    @classmethod
    def of(cls, environment: Environment) -> CidrPlan:
        """Return the plan of an environment, from its file or the defaults of its tier."""
        settings = environment.network
        if settings.existing is not None:
            zones: Sequence[str] = sorted(settings.existing.subnets)
            cidr = settings.existing.cidr
        else:
            zones = sorted(settings.zones or environment.defaults.zones)
            cidr = settings.cidr
        return cls(environment.names.prefix, environment.region, cidr, tuple(zones))

    def check(self, construct: Construct) -> None:
        """Reject fewer availability zones than the tier requires: two to survive the loss of one, three for a quorum.

        Raises:
            ConstructError: too few availability zones.
        """
        environment = environment_of(construct)
        fewest = environment.defaults.min_zones
        if len(self.zones) < fewest:
            raise ConstructError(
                construct,
                f"is in {len(self.zones)} availability zones ({', '.join(self.zones)}); "
                f"tier {environment.tier} needs {fewest}",
                fix=f"name {fewest} zones in network.{'existing.subnets' if environment.network.existing else 'zones'}",
            )

    def zone(self, letter: str) -> str:
        """The availability zone, such as `eu-west-1a`."""
        return f"{self.region}{letter}"

    def private(self, letter: str) -> str:
        """The address range of a zone's private subnet."""
        return str(self._blocks(_SHARE)[_LETTERS.index(letter)])

    def public(self, letter: str) -> str:
        """The address range of a zone's public subnet, which contains only a NAT gateway."""
        last = self._blocks(_SHARE)[-1]
        return str(list(last.subnets(_PUBLIC_SHARE - _SHARE))[_LETTERS.index(letter)])

    def private_name(self, letter: str) -> str:
        """The `Name` of a zone's private subnet."""
        return f"{self.prefix}-private-{letter}"

    def public_name(self, letter: str) -> str:
        """The `Name` of a zone's public subnet."""
        return f"{self.prefix}-public-{letter}"

    def _blocks(self, bits: int) -> list[ipaddress.IPv4Network]:
        return list(ipaddress.IPv4Network(self.cidr).subnets(bits))
