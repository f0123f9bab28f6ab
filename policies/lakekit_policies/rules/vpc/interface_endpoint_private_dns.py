from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class InterfaceEndpointPrivateDns(Rule):
    id = "LK_VPC_9"
    title = "Interface endpoints use private DNS and a restricted security group"
    severity = "medium"
    rationale = "Without private DNS, clients bypass the endpoint and its policy."
    remedy = "Set `private_dns_enabled = true` and the endpoint's security group."
    reference = "https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html"
    pack = "baseline"
    controls = {"nist": ["SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_vpc_endpoint",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("vpc_endpoint_type") != "Interface":
            return
        if block.get("private_dns_enabled") is not True:
            yield "private_dns_enabled is not true"
        if "security_group_ids" in block and not as_list(block["security_group_ids"]):
            yield "security_group_ids is empty; the VPC's default security group is used"


check = InterfaceEndpointPrivateDns()
