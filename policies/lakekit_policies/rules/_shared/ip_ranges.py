"""Private and public address ranges."""

from __future__ import annotations

import ipaddress
from typing import Final

ANY_ADDRESS: Final = ("0.0.0.0/0", "::/0")
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


def is_world(text: str) -> bool:
    """Whether a CIDR block holds half of all addresses or more: `0.0.0.0/0`, `::/0`, `128.0.0.0/1`."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False).prefixlen <= 1
    except ValueError:
        return False
