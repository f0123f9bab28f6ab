"""Traffic between security groups of one stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lakekit_policies.terraform.blocks import Block, is_unknown, nested, reference
from lakekit_policies.terraform.peers import Peers

EGRESS_RULE: Final = "aws_vpc_security_group_egress_rule"
INGRESS_RULE: Final = "aws_vpc_security_group_ingress_rule"
_LEGACY_RULE: Final = "aws_security_group_rule"
_DIRECTION: Final = {EGRESS_RULE: "egress", INGRESS_RULE: "ingress"}
_ALL_PROTOCOLS: Final = ("-1", "all")
ALL_TRAFFIC: Final[Block] = {"ip_protocol": "-1"}
"""Rule for all protocols and ports."""
_RANGES: Final = ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids")
_GROUPS: Final = ("referenced_security_group_id", "source_security_group_id")


def allows_path(peers: Peers, direction: str, group: str, other: str, traffic: Block, *, whole: bool = True) -> bool:
    """Whether a security group of the stack allows traffic in one direction, or may allow it.

    A rule with unknown values that may allow it is read, which makes the result of a check undetermined.

    Args:
        peers: the stack.
        direction: EGRESS_RULE for the source, INGRESS_RULE for the destination.
        group: address of the security group to check.
        other: address of the peer security group.
        traffic: a rule with the protocol and ports.
        whole: require all of the traffic instead of a part.
    """
    matches = _covers if whole else _overlaps
    open_: list[tuple[Block, tuple[str, ...]]] = []
    wanted = dict(traffic)
    for peer in peers.all(direction, _LEGACY_RULE):
        rule = dict(peer.block)  # the values of rules that do not matter are not recorded as read
        answers = (
            peer.type == direction or _equal(rule.get("type"), _DIRECTION[direction]),
            _is_group(rule.get("security_group_id"), group),
            _reaches(rule, group, other),
            matches(rule, wanted),
        )
        if all(answers):
            return True
        if False not in answers:
            open_.append((peer.block, tuple(rule)))
    for peer in peers.all("aws_security_group"):
        if peer.address == group:
            rules = dict.get(peer.block, _DIRECTION[direction])
            inline = [matches(rule, wanted) for rule in nested({"rules": rules}, "rules")]
            if any(inline):
                return True
            if None in inline or not _is_known(rules):
                open_.append((peer.block, (_DIRECTION[direction],)))
    for block, attributes in [*open_, (traffic, tuple(wanted))] if open_ else ():
        for attribute in attributes:
            block.get(attribute)
    return bool(open_)


def _equal(value: Any, expected: str) -> bool | None:
    return value == expected if _is_known(value) else None


def _is_group(value: Any, group: str) -> bool | None:
    """Whether a value refers to a security group; None if it may."""
    target = reference(value)
    if target == group:
        return True
    # A reference to anything else than a security group is an expression that is computed from it.
    is_other = "security_group" in target if target is not None else _is_known(value)
    return False if is_other else None


def _reaches(rule: Block, group: str, other: str) -> bool | None:
    """Whether the peers of a rule include a security group; None if they may."""
    # Whether a CIDR range includes the group is unknown: it counts as a match.
    if any(rule.get(name) for name in _RANGES) or (rule.get("self") is True and group == other):
        return True
    answers = [_is_group(rule[name], other) for name in _GROUPS if rule.get(name)]
    return True if any(answers) else None if None in answers or not _is_known(rule.get("self")) else False


def _covers(rule: Block, traffic: Block) -> bool | None:
    if _protocol(rule) in _ALL_PROTOCOLS:
        return True
    return _compared(rule, traffic, whole=True)


def _overlaps(rule: Block, traffic: Block) -> bool | None:
    if _protocol(rule) in _ALL_PROTOCOLS or _protocol(traffic) in _ALL_PROTOCOLS:
        return True
    return _compared(rule, traffic, whole=False)


def _compared(rule: Block, traffic: Block, *, whole: bool) -> bool | None:
    protocols = (_protocol(rule), _protocol(traffic))
    if not all(map(_is_known, protocols)):
        return None
    if protocols[0] != protocols[1]:
        return False
    ends = [*_ports(rule), *_ports(traffic)]
    low, high, first, last = (int(one) if _is_known(one) else None for one in ends)
    if low is None or high is None or first is None or last is None:
        return None
    return low <= first and last <= high if whole else low <= last and first <= high


def _protocol(rule: Block) -> str:
    return str(rule.get("ip_protocol", rule.get("protocol")))


def _ports(rule: Block) -> Iterator[Any]:
    return (rule.get(name) or 0 for name in ("from_port", "to_port"))


def _is_known(value: Any) -> bool:
    return not is_unknown(value) and reference(value) is None
