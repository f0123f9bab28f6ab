"""Private and public address ranges."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

_NetworkT = TypeVar("_NetworkT", ipaddress.IPv4Network, ipaddress.IPv6Network)
_PRIVATE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def is_private(text: str) -> bool:
    """Whether a range is private (RFC 1918, 6598, 4193); references are private."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return True
    return any(
        network.version == private.version and network.subnet_of(private)  # type: ignore[arg-type]
        for private in _PRIVATE
    )


def address_count(networks: Iterable[_NetworkT]) -> int:
    """Number of addresses of networks of one version; overlapping ranges count once."""
    return sum(network.num_addresses for network in ipaddress.collapse_addresses(networks))


MAX_ADDRESSES: Final = 2**18
"""Public IPv4 addresses that a list of ranges may have in all: four networks of /16."""


def wide_ranges(texts: Iterable[str]) -> Iterator[str]:
    """Ranges of a list of IPv4 networks that are too wide, alone or together.

    One public range may have /16 at most; adjacent and overlapping ranges are merged before they are counted, so that
    a split range counts as the whole.
    """
    public = []
    for text in texts:
        if "${" in text:
            continue
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            yield f"{text} is not a network"
            continue
        if isinstance(network, ipaddress.IPv6Network):
            yield f"{text} is an IPv6 network; Snowflake network policies use IPv4"
        elif network.prefixlen < 16:
            yield f"{text} has {network.num_addresses} addresses; /16 is the largest allowed network"
        elif not is_private(text):
            public.append(network)
    total = address_count(public)
    if total > MAX_ADDRESSES:
        yield f"the networks have {total} public addresses in all; at most {MAX_ADDRESSES} are allowed"
