from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

SNAPSHOT_DAYS = 5  # the default of Iceberg itself and of AWS Glue
ORPHAN_DAYS = 3  # the default of Iceberg and Glue: a running write of less than that is never an orphan


class TableOptimizerRetention(Rule):
    id = "LK_GLUE_7"
    title = "Table optimizers keep snapshots and spare files of running writes"
    severity = "high"
    rationale = (
        "Orphan removal below three days deletes files of writes that are still running, which corrupts the table. "
        "Snapshots are the only way back from a bad load."
    )
    remedy = "Keep orphan files at least 3 days, and snapshots at least 5 days in staging and prod."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/orphan-file-deletion.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("aws_glue_catalog_table_optimizer",)

    def problems(self, block: Block) -> Iterable[str]:
        orphan = ("configuration", "orphan_file_deletion_configuration", "iceberg_configuration")
        for settings in nested(block, *orphan):
            days = settings.get("orphan_file_retention_period_in_days") or ORPHAN_DAYS
            if int(days) < ORPHAN_DAYS:
                yield f"orphan files are deleted after {days} days, below {ORPHAN_DAYS}"
        for settings in nested(block, "configuration", "retention_configuration", "iceberg_configuration"):
            days = settings.get("snapshot_retention_period_in_days") or SNAPSHOT_DAYS
            if stack_context.current().at_least("staging") and int(days) < SNAPSHOT_DAYS:
                yield f"snapshots are kept {days} days in tier {stack_context.current().tier}, below {SNAPSHOT_DAYS}"


check = TableOptimizerRetention()
