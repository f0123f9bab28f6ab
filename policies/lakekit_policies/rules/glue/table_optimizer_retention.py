from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MIN_SNAPSHOT_DAYS = 5  # default of Iceberg and AWS Glue
MIN_ORPHAN_DAYS = 3  # default of Iceberg and AWS Glue; protects running writes


class TableOptimizerRetention(Rule):
    id = "LK_GLUE_7"
    title = "Table optimizers retain snapshots and files of running writes"
    severity = "high"
    rationale = (
        "Orphan file deletion below three days removes files of running writes and corrupts the table. Snapshots are "
        "required to roll back a faulty load."
    )
    remedy = "Retain orphan files at least 3 days, and snapshots at least 5 days in staging and prod."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/orphan-file-deletion.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("aws_glue_catalog_table_optimizer",)

    def problems(self, block: Block) -> Iterable[str]:
        orphan = ("configuration", "orphan_file_deletion_configuration", "iceberg_configuration")
        for settings in nested(block, *orphan):
            days = settings.get("orphan_file_retention_period_in_days") or MIN_ORPHAN_DAYS
            if int(days) < MIN_ORPHAN_DAYS:
                yield f"orphan files are deleted after {days} days, below {MIN_ORPHAN_DAYS}"
        for settings in nested(block, "configuration", "retention_configuration", "iceberg_configuration"):
            days = settings.get("snapshot_retention_period_in_days") or MIN_SNAPSHOT_DAYS
            if stack_context.current().at_least("staging") and int(days) < MIN_SNAPSHOT_DAYS:
                yield (
                    f"snapshots are retained for {days} days in tier {stack_context.current().tier}, below "
                    f"{MIN_SNAPSHOT_DAYS}"
                )


check = TableOptimizerRetention()
