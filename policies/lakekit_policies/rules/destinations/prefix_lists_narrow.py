from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lakekit_policies.boundary import current_boundary
from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.rules._shared.ip_ranges import is_private
from lakekit_policies.terraform.blocks import as_list, reference
from lakekit_policies.terraform.declarations import Declarations

_MAXIMUM_ADDRESSES: Final = {4: 2**16, 6: 2**96}
"""Public addresses that one prefix list can hold: a /16 of IPv4, a /32 of IPv6, the largest ranges of one company."""
_LIST: Final = "aws_ec2_managed_prefix_list"


class PrefixListsNarrow(DeclarationRule):
    id = "LK_DEST_6"
    title = "Prefix lists do not add up to the internet"
    severity = "critical"
    rationale = (
        "Security groups and routes refer to a prefix list by its id: 0.0.0.0/1 and 128.0.0.0/1 in it open a group to "
        "the internet, and no rule of the group shows it."
    )
    remedy = "List private ranges, or the public ranges of the company in `trust_boundary.networks`."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html"
    pack = "baseline"
    controls = {"nist": ["AC-17", "SC-7"], "soc2": ["CC6.6"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        entries: dict[str, list[str]] = {}
        for resource in declared.resources:
            if resource.type == _LIST:
                key = resource.address
                blocks = [one for one in as_list(resource.arguments.get("entry")) if isinstance(one, dict)]
            elif resource.type == f"{_LIST}_entry":
                named = str(resource.arguments.get("prefix_list_id", ""))
                key, blocks = reference(named) or named or resource.address, [dict(resource.arguments)]
            else:
                continue
            entries.setdefault(key, []).extend(str(one.get("cidr", "")) for one in blocks)
        for key, ranges in entries.items():
            for version, count in _public_addresses(ranges).items():
                if count > _MAXIMUM_ADDRESSES[version]:
                    yield Problem(
                        key, f"the entries add up to {count / 2 ** (32 if version == 4 else 128):.0%} of IPv{version}"
                    )


def _public_addresses(ranges: list[str]) -> dict[int, int]:
    """Number of public addresses outside of the boundary's networks, by IP version."""
    boundary, counts = current_boundary(), dict[int, int]()
    outside = [one for one in ranges if not is_private(one) and not boundary.contains_network(one).is_inside]
    for network in _collapsed(_networks(outside)):
        counts[network.version] = counts.get(network.version, 0) + network.num_addresses
    return counts


def _networks(ranges: list[str]) -> Iterator[Any]:
    for one in ranges:
        try:
            yield ipaddress.ip_network(one, strict=False)
        except ValueError:
            continue


def _collapsed(networks: Iterable[Any]) -> Iterator[Any]:
    listed = list(networks)
    for version in (4, 6):
        yield from ipaddress.collapse_addresses(one for one in listed if one.version == version)


check = PrefixListsNarrow()
