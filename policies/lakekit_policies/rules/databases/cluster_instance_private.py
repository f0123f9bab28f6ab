from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class ClusterInstancePrivate(Rule):
    id = "LK_RDS_5"
    title = "Instances of database clusters are private"
    severity = "critical"
    rationale = "A public instance is reachable from the internet."
    remedy = "Set `publicly_accessible = false`."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-vpc.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_rds_cluster_instance",
        "aws_neptune_cluster_instance",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("publicly_accessible") is True:
            yield "publicly_accessible is true"


check = ClusterInstancePrivate()
