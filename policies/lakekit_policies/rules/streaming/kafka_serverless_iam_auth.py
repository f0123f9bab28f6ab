from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested, reference


class KafkaServerlessIamAuth(Rule):
    id = "LK_MSK_5"
    title = "MSK Serverless clusters use IAM authentication in private subnets of two Availability Zones"
    severity = "high"
    rationale = (
        "Without security_group_ids it gets the VPC's default group, whose members are whoever forgot to say otherwise."
    )
    remedy = "Set sasl.iam.enabled, two or more private subnets and a security group (KafkaServerless does)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html"
    pack = "streaming"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_msk_serverless_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        if not any(iam.get("enabled") is True for iam in nested(block, "client_authentication", "sasl", "iam")):
            yield "IAM authentication is off"
        public = {
            peer.address for peer in self.peers.all("aws_subnet") if peer.block.get("map_public_ip_on_launch") is True
        }
        for place in nested(block, "vpc_config"):
            subnets = as_list(place.get("subnet_ids"))
            if len(subnets) < 2:
                yield f"it has {len(subnets)} subnets, two are needed"
            if not as_list(place.get("security_group_ids")):
                yield "it names no security group, and gets the default one of the VPC"
            yield from (f"{at} is a public subnet" for at in sorted(public & {reference(s) for s in subnets}))


check = KafkaServerlessIamAuth()
