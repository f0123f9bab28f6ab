from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.network_acls import ALL, WITH_PORTS, allows, names_no_port, number
from lakekit_policies.rules._shared.public_ranges import internet_share
from lakekit_policies.terraform.blocks import Block, nested

_ANY_ADDRESS: Final = ("0.0.0.0/0", "::/0")
_PORTS: Final = (20, 21, 22, 3389)
"""FTP data and control, SSH, RDP: CIS AWS Foundations 5.1 names the last two."""


class NetworkAclRestricted(Rule):
    id = "LK_VPC_12"
    title = "Network ACLs do not admit every protocol or ports of administration from every address"
    severity = "high"
    rationale = (
        "A rule for all protocols or ports, from 0.0.0.0/0 or from ranges that add up to it, makes the ACL admit every "
        "packet. FTP, SSH and RDP are the ports that are attacked first."
    )
    remedy = "Name protocol, ports and source of inbound rules."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "cis": ["5.1"], "soc2": ["CC6.6"]}
    resources = (
        "aws_network_acl",
        "aws_network_acl_rule",
        "aws_default_network_acl",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_network_acl_rule":
            rules = [] if block.get("egress") is True else [block]
        else:
            rules = sorted(nested(block, "ingress"), key=lambda rule: str(number(rule)).zfill(5))
        denied: dict[str, set[int]] = {"cidr_block": set(), "ipv6_cidr_block": set()}
        for rule in rules:
            open_ = {name: share for name in denied if (share := internet_share([rule.get(name) or ""]))}
            if not allows(rule):
                for name in denied:
                    if rule.get(name) in _ANY_ADDRESS:
                        denied[name] |= _ports(rule)
            elif open_ and str(rule.get("protocol")).lower() in ALL:
                yield f"inbound rule {number(rule)} allows every protocol from {' and '.join(open_.values())}"
            elif open_ and names_no_port(rule):
                yield f"inbound rule {number(rule)} allows every port from {' and '.join(open_.values())}"
            elif reached := set[int]().union(*(_ports(rule) - denied[name] for name in open_)):
                ports = ", ".join(map(str, sorted(reached)))
                yield f"inbound rule {number(rule)} allows port {ports} from {' and '.join(open_.values())}"


def _ports(rule: Mapping[str, Any]) -> set[int]:
    """The ports of administration that a rule covers."""
    protocol = str(rule.get("protocol")).lower()
    if protocol in ALL:
        return set(_PORTS)
    texts = [str(rule.get(name) or 0) for name in ("from_port", "to_port")]
    if not all(text.isdecimal() for text in texts):
        return set()  # an expression
    first, last = map(int, texts)
    return {port for port in _PORTS if first <= port <= last} if protocol in WITH_PORTS else set()


check = NetworkAclRestricted()
