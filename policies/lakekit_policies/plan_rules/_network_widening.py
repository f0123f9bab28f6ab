"""Networks and ports that a change of security group rules adds."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.terraform.plan_changes import Change

_ANY_PROTOCOL: Final = ("-1", "all")
_SOURCES: Final = (
    *("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"),
    *("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "source_security_group_id"),
)
_TRAFFIC: Final = ("type", "protocol", "ip_protocol", "from_port", "to_port")
_RULES: Final = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule", "aws_security_group_rule")
_GROUPS: Final = ("aws_security_group", "aws_default_security_group")
TYPES: Final = (*_RULES, *_GROUPS)


@dataclass(frozen=True, slots=True)
class _Traffic:
    direction: str
    protocol: str
    first: int
    last: int
    peer: str

    def includes(self, other: _Traffic) -> bool:
        """Whether all traffic of another rule is allowed by this one."""
        every_port = self.protocol in _ANY_PROTOCOL
        return (
            self.direction == other.direction
            and (
                every_port or (self.protocol == other.protocol and self.first <= other.first <= other.last <= self.last)
            )
            and _includes(self.peer, other.peer)
        )

    def __str__(self) -> str:
        ports = "all ports" if self.protocol in _ANY_PROTOCOL else f"{self.protocol} {self.first}-{self.last}"
        return f"{self.direction} {ports} {self.peer}"


def traffic_gained(change: Change) -> Iterator[str]:
    """Traffic that the rules after a change certainly allow, and those before it did not."""
    if change.type in TYPES and change.before:
        had = list(_traffic(change.type, change.before))
        has = _traffic(change.type, _known(change))
        yield from (f"+ {one}" for one in has if not any(known.includes(one) for known in had))


def _known(change: Change) -> dict[str, Any]:
    """The values after a change without rules of unknown traffic; an unknown argument of a rule is as before."""
    if change.type in _RULES:
        return change.after | {
            name: value for name, value in change.before.items() if name in _TRAFFIC and change.after_unknown.get(name)
        }
    known = dict(change.after)
    for direction in ("ingress", "egress"):
        later = change.after_unknown.get(direction)
        blocks = known.get(direction)
        if isinstance(later, list) and isinstance(blocks, list):
            unknown = [isinstance(one, Mapping) and any(one.get(name) for name in _TRAFFIC) for one in later]
            known[direction] = [one for one, is_open in zip(blocks, unknown, strict=False) if not is_open]
    return known


def traffic_arguments(kind: str) -> tuple[str, ...]:
    """The arguments of a type that say which traffic is allowed."""
    if kind in _GROUPS:
        return ("ingress", "egress")
    return (*_SOURCES, *_TRAFFIC, "self") if kind in _RULES else ()


def _traffic(kind: str, values: Mapping[str, Any]) -> Iterator[_Traffic]:
    if kind in _GROUPS:
        for direction in ("ingress", "egress"):
            for block in values.get(direction) or ():
                if isinstance(block, Mapping):
                    yield from _of(direction, block)
    else:
        written = str(values.get("type") or "")
        yield from _of(written or ("egress" if "egress" in kind else "ingress"), values)


def _of(direction: str, values: Mapping[str, Any]) -> Iterator[_Traffic]:
    protocol = str(values.get("ip_protocol") or values.get("protocol") or "-1").lower()
    first, last = (_port(values.get(name), default) for name, default in (("from_port", 0), ("to_port", 65535)))
    peers = [item for name in _SOURCES for item in _items(values.get(name))]
    for peer in [*peers, *(["self"] if values.get("self") is True else [])]:
        yield _Traffic(direction, protocol, first, last, peer)


def _port(value: Any, default: int) -> int:
    return value if isinstance(value, int) and value >= 0 else default


def _items(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []


def _includes(peer: str, other: str) -> bool:
    if peer == other:
        return True
    try:
        wide, narrow = ipaddress.ip_network(peer, strict=False), ipaddress.ip_network(other, strict=False)
    except ValueError:
        return False
    if isinstance(wide, ipaddress.IPv4Network) and isinstance(narrow, ipaddress.IPv4Network):
        return narrow.subnet_of(wide)
    return (
        isinstance(wide, ipaddress.IPv6Network) and isinstance(narrow, ipaddress.IPv6Network) and narrow.subnet_of(wide)
    )
