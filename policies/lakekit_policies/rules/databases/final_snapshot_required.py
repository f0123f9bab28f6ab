from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class FinalSnapshotRequired(Rule):
    id = "LK_RDS_4"
    title = "Databases and clusters are deleted only with a final snapshot"
    severity = "high"
    rationale = "Without a final snapshot the deletion of a database loses its data at once."
    remedy = "Set `skip_final_snapshot = false` and `final_snapshot_identifier`."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = (
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
        "aws_neptune_cluster",
        "aws_redshift_cluster",
    )

    def problems(self, block: Block) -> Iterable[str]:
        if stack_context.current().at_least("staging") and block.get("skip_final_snapshot") is True:
            yield "skip_final_snapshot is true"


check = FinalSnapshotRequired()
