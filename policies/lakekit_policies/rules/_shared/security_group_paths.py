"""Traffic between security groups of one stack."""

from __future__ import annotations

from typing import Final

from lakekit_policies.terraform.blocks import Block, nested, reference
from lakekit_policies.terraform.peers import Peers

EGRESS_RULE: Final = "aws_vpc_security_group_egress_rule"
INGRESS_RULE: Final = "aws_vpc_security_group_ingress_rule"
_INLINE: Final = {EGRESS_RULE: "egress", INGRESS_RULE: "ingress"}
_ALL_PROTOCOLS: Final = ("-1", "all")
ALL_TRAFFIC: Final[Block] = {"ip_protocol": "-1"}
"""Rule for all protocols and ports."""


def allows_path(peers: Peers, direction: str, group: str, other: str, traffic: Block, *, whole: bool = True) -> bool:
    """Whether a security group of the stack allows traffic in one direction.

    Args:
        peers: the stack.
        direction: EGRESS_RULE for the source, INGRESS_RULE for the destination.
        group: address of the security group to check.
        other: address of the peer security group.
        traffic: a rule with the protocol and ports.
        whole: require all of the traffic instead of a part.
    """
    matches = _covers if whole else _overlaps
    for peer in peers.all(direction):
        rule = peer.block
        if reference(rule.get("security_group_id")) != group or not matches(rule, traffic):
            continue
        # Whether a CIDR range includes the peer is unknown: it counts as a match.
        if reference(rule.get("referenced_security_group_id")) == other or rule.get("cidr_ipv4"):
            return True
    return any(
        matches(rule, traffic)
        for peer in peers.all("aws_security_group")
        if peer.address == group
        for rule in nested(peer.block, _INLINE[direction])
    )


def _covers(rule: Block, traffic: Block) -> bool:
    if _protocol(rule) in _ALL_PROTOCOLS:
        return True
    if _protocol(rule) != _protocol(traffic):
        return False
    (low, high), (first, last) = _ports(rule), _ports(traffic)
    return low <= first and last <= high


def _overlaps(rule: Block, traffic: Block) -> bool:
    if _protocol(rule) in _ALL_PROTOCOLS or _protocol(traffic) in _ALL_PROTOCOLS:
        return True
    if _protocol(rule) != _protocol(traffic):
        return False
    (low, high), (first, last) = _ports(rule), _ports(traffic)
    return low <= last and first <= high


def _protocol(rule: Block) -> str:
    return str(rule.get("ip_protocol", rule.get("protocol")))


def _ports(rule: Block) -> tuple[int, int]:
    return int(rule.get("from_port") or 0), int(rule.get("to_port") or 0)
