"""Ranges of public addresses that are too wide for one company."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any, Final

from lakekit_policies.boundary import current_boundary
from lakekit_policies.rules._shared.ip_ranges import address_count, is_private

_MAXIMUM_BITS: Final = {4: (32, 16), 6: (128, 96)}
"""Bits of an address, and of the public addresses outside of the trust boundary that a rule may open in all.

A /16 of IPv4 and a /32 of IPv6 are the largest ranges that one company usually has.
"""

ROUTE_DESTINATIONS: Final = ("destination_cidr_block", "destination_ipv6_cidr_block", "cidr_block", "ipv6_cidr_block")
"""Arguments of routes, and of routes inside route tables."""


def internet_share(ranges: Iterable[object]) -> str:
    """Return which share of the internet ranges add up to, such as `50% of IPv4`; empty if they are narrow.

    Private ranges, networks of the trust boundary and references do not count. Overlapping ranges count once.
    """
    boundary = current_boundary()
    public: list[Any] = []  # networks of both versions
    for text in {str(one).strip() for one in ranges}:
        if not is_private(text) and not boundary.contains_network(text).is_inside:
            public.append(ipaddress.ip_network(text, strict=False))
    for version, (bits, maximum) in _MAXIMUM_BITS.items():
        count = address_count(one for one in public if one.version == version)
        if count > 2**maximum:
            return f"{100 * count / 2**bits:.3g}% of IPv{version}"
    return ""
