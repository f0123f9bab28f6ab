from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, reference


class LogStreamGroupManaged(Rule):
    id = "LK_OPS_3"
    title = "Log streams belong to log groups of this configuration"
    severity = "low"
    rationale = "Retention and key are the group's. One that a service made keeps logs for ever, under a key of AWS."
    remedy = "Make the aws_cloudwatch_log_group in the same stack and refer to it."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    pack = "baseline"
    controls = {"nist": ["AU-9", "AU-11"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudwatch_log_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        group = block.get("log_group_name")
        made = self.peers.all("aws_cloudwatch_log_group")
        known = {peer.address for peer in made} | {peer.block.get("name") for peer in made}
        if (reference(group) or group) not in known:
            yield f"{group} is no log group of this stack"


check = LogStreamGroupManaged()
