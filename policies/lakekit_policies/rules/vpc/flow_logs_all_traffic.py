from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class FlowLogsAllTraffic(Rule):
    id = "LK_VPC_2"
    title = "VPCs have flow logs of accepted and rejected traffic"
    severity = "medium"
    rationale = (
        "Rejected traffic shows attempted connections, accepted traffic shows successful ones. Investigations need "
        "both."
    )
    remedy = (
        'Add `aws_flow_log` with `vpc_id`, `traffic_type = "ALL"`, and a log group or bucket of this configuration as '
        "the destination."
    )
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
    pack = "baseline"
    controls = {"nist": ["AU-12", "SI-4"], "cis": ["3.7"], "soc2": ["CC7.2"]}
    resources = ("aws_flow_log", "aws_vpc")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_vpc":
            logs = self.peers.referencing("aws_flow_log", "vpc_id", {block.get("id")})
            if not logs and not self.peers.is_uncertain("aws_flow_log", "vpc_id"):
                yield "the VPC has no flow log"
            return
        if block.get("traffic_type") != "ALL":
            yield f"traffic_type is {block.get('traffic_type') or 'not set'}, not ALL"
        for subject in ("eni_id", "subnet_id"):
            if block.get(subject):
                yield f"the flow log covers one {subject.removesuffix('_id')}, not the VPC"


check = FlowLogsAllTraffic()
