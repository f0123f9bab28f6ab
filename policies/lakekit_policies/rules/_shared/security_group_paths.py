"""Ways between security groups of one stack, and whether they are open at both ends."""

from __future__ import annotations

from typing import Final

from lakekit_policies.terraform.blocks import Block, Peers, nested, reference

EGRESS_RULE: Final = "aws_vpc_security_group_egress_rule"
INGRESS_RULE: Final = "aws_vpc_security_group_ingress_rule"
_INLINE: Final = {EGRESS_RULE: "egress", INGRESS_RULE: "ingress"}
_EVERY: Final = ("-1", "all")
ALL_TRAFFIC: Final[Block] = {"ip_protocol": "-1"}
"""A rule for every protocol and port."""


def allows_path(peers: Peers, end: str, group: str, other: str, wanted: Block, *, whole: bool = True) -> bool:
    """Whether a group of the stack lets through what is wanted, at its end of the way.

    Args:
        peers: the stack.
        end: EGRESS_RULE at the caller, INGRESS_RULE at the called.
        group: address of the group whose end it is.
        other: address of the group at the other end.
        wanted: a rule with the protocol and ports.
        whole: all of it, not a part alone.
    """
    passes = _covers if whole else _overlaps
    for peer in peers.all(end):
        rule = peer.block
        if reference(rule.get("security_group_id")) != group or not passes(rule, wanted):
            continue
        # A range that other may lie in is not known here: it counts.
        if reference(rule.get("referenced_security_group_id")) == other or rule.get("cidr_ipv4"):
            return True
    return any(
        passes(rule, wanted)
        for peer in peers.all("aws_security_group")
        if peer.address == group
        for rule in nested(peer.block, _INLINE[end])
    )


def _covers(rule: Block, wanted: Block) -> bool:
    if _protocol(rule) in _EVERY:
        return True
    if _protocol(rule) != _protocol(wanted):
        return False
    (low, high), (first, last) = _ports(rule), _ports(wanted)
    return low <= first and last <= high


def _overlaps(rule: Block, wanted: Block) -> bool:
    if _protocol(rule) in _EVERY or _protocol(wanted) in _EVERY:
        return True
    if _protocol(rule) != _protocol(wanted):
        return False
    (low, high), (first, last) = _ports(rule), _ports(wanted)
    return low <= last and first <= high


def _protocol(rule: Block) -> str:
    return str(rule.get("ip_protocol", rule.get("protocol")))


def _ports(rule: Block) -> tuple[int, int]:
    return int(rule.get("from_port") or 0), int(rule.get("to_port") or 0)
