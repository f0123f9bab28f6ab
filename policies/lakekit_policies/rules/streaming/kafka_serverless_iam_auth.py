from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, is_unknown, nested, reference


class KafkaServerlessIamAuth(Rule):
    id = "LK_MSK_5"
    title = "MSK Serverless clusters use IAM authentication in private subnets of two Availability Zones"
    severity = "high"
    rationale = "Without `security_group_ids`, the cluster uses the VPC's default security group."
    remedy = "Set `sasl.iam.enabled`, at least two private subnets and a security group (`KafkaServerless` does)."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/serverless.html"
    pack = "streaming"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_msk_serverless_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        if not any(iam.get("enabled") is True for iam in nested(block, "client_authentication", "sasl", "iam")):
            yield "IAM authentication is not enabled"
        public = {
            peer.address for peer in self.peers.all("aws_subnet") if peer.block.get("map_public_ip_on_launch") is True
        }
        for config in nested(block, "vpc_config"):
            subnets = as_list(config.get("subnet_ids"))
            # A reference to a resource with several instances stands for all of them.
            number = sum(max(1, len(self.peers.instances(subnet))) for subnet in subnets)
            if number < 2 and not any(map(is_unknown, subnets)):
                yield f"vpc_config has {number} subnets; at least two are required"
            if not as_list(config.get("security_group_ids")):
                yield "security_group_ids is empty; the VPC's default security group is used"
            yield from (f"{address} is a public subnet" for address in sorted(public & {reference(s) for s in subnets}))


check = KafkaServerlessIamAuth()
