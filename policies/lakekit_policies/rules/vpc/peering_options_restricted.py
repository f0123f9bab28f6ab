from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class PeeringOptionsRestricted(Rule):
    id = "LK_VPC_14"
    title = "Peerings are accepted by their owner"
    severity = "medium"
    rationale = "`auto_accept` connects a network without a decision of the other side."
    remedy = "Leave `auto_accept` off between accounts."
    reference = "https://docs.aws.amazon.com/vpc/latest/peering/create-vpc-peering-connection.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_vpc_peering_connection",
        "aws_vpc_peering_connection_accepter",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("auto_accept") is True and block.get("peer_owner_id"):
            yield "auto_accept is true for a network of another account"


check = PeeringOptionsRestricted()
