"""Address ranges: ours, and the world."""

from __future__ import annotations

import ipaddress
from typing import Final

ANY_ADDRESS: Final = ("0.0.0.0/0", "::/0")
_PRIVATE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def is_private(text: str) -> bool:
    """Whether a range lies in the private ones (RFC 1918, 6598, 4193); a reference is made right here."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return True
    return any(
        network.version == ours.version and network.subnet_of(ours)  # type: ignore[arg-type]
        for ours in _PRIVATE
    )
