from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, reference


class LogStreamGroupManaged(Rule):
    id = "LK_OPS_3"
    title = "Log streams belong to log groups of this configuration"
    severity = "low"
    rationale = (
        "Retention and encryption are settings of the log group. A log group created by a service never expires and "
        "uses no customer managed key."
    )
    remedy = "Create the `aws_cloudwatch_log_group` in the same stack and refer to it."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    pack = "baseline"
    controls = {"nist": ["AU-9", "AU-11"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudwatch_log_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        group = block.get("log_group_name")
        target = reference(group)
        if target is not None and not target.startswith("aws_cloudwatch_log_group."):
            return  # computed from another resource
        log_groups = self.peers.all("aws_cloudwatch_log_group")
        identifiers = {peer.address for peer in log_groups}
        if (target or group) not in identifiers and not self.peers.is_named(group, "aws_cloudwatch_log_group"):
            yield f"{group} is not a log group of this stack"


check = LogStreamGroupManaged()
