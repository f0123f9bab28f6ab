from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.network_acls import allows, names_no_port, number
from lakekit_policies.rules._shared.public_ranges import internet_share
from lakekit_policies.terraform.blocks import Block


class NetworkAclPortsNamed(Rule):
    id = "LK_VPC_17"
    title = "Inbound rules of network ACLs name their ports"
    severity = "low"
    rationale = (
        "A network ACL is the second line behind security groups. A rule for every port from a private range leaves "
        "everything to them. LK_VPC_12 reports rules for the internet."
    )
    remedy = "Set `from_port` and `to_port` of inbound rules."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_network_acl_rule",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("egress") is True or not allows(block) or not names_no_port(block):
            return
        source = block.get("cidr_block") or block.get("ipv6_cidr_block") or "a source that is not known"
        if not internet_share([source]):
            yield f"inbound rule {number(block)} allows every port from {source}"


check = NetworkAclPortsNamed()
