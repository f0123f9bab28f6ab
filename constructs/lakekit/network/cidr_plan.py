"""Which addresses go where: a pure function of the environment, so that nothing has to be looked up."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import Environment
from lakekit.errors import ConstructError

# A sixteenth of the range for each private subnet: /20 of a /16, 4,091 addresses. EMR Serverless takes one for each
# worker and advises large subnets; the last sixteenth is split into small ones for NAT gateways.
_SHARE: Final = 4
_PUBLIC_SHARE: Final = 8
_LETTERS: Final = "abcdef"


@dataclass(frozen=True, slots=True)
class CidrPlan:
    """Address ranges and names of an environment's network.

    A zone's ranges depend on its letter alone, so that adding or dropping a zone moves no other.

    Attributes:
        prefix: the first words of its names.
        region: the AWS region.
        cidr: the address range of the VPC.
        zones: letters of its zones, in order.
    """

    prefix: str
    region: str
    cidr: str
    zones: Sequence[str]

    @classmethod
    def of(cls, environment: Environment) -> CidrPlan:
        """The plan of an environment: what its file says, or what its tier decides."""
        settings = environment.network
        if settings.existing is not None:
            zones: Sequence[str] = sorted(settings.existing.subnets)
            cidr = settings.existing.cidr
        else:
            zones = sorted(settings.zones or environment.defaults.zones)
            cidr = settings.cidr
        return cls(environment.names.prefix, environment.region, cidr, tuple(zones))

    def check(self, construct: Construct) -> None:
        """Refuse fewer zones than the tier needs: two to survive the loss of one, three where a quorum has to.

        Raises:
            ConstructError: there are too few.
        """
        environment = environment_of(construct)
        fewest = environment.defaults.min_zones
        if len(self.zones) < fewest:
            raise ConstructError(
                construct,
                f"lies in {len(self.zones)} zones ({', '.join(self.zones)}); tier {environment.tier} needs {fewest}",
                fix=f"name {fewest} zones in network.{'existing.subnets' if environment.network.existing else 'zones'}",
            )

    def zone(self, letter: str) -> str:
        """The availability zone, such as `eu-west-1a`."""
        return f"{self.region}{letter}"

    def private(self, letter: str) -> str:
        """The address range of a zone's private subnet."""
        return str(self._blocks(_SHARE)[_LETTERS.index(letter)])

    def public(self, letter: str) -> str:
        """The address range of a zone's public subnet, which holds a NAT gateway and nothing else."""
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
