from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

MINIMUM_DAYS: Final = 7


class ClusterSnapshotsKept(Rule):
    id = "LK_REDSHIFT_1"
    title = "Redshift clusters keep automated snapshots for a week"
    severity = "medium"
    rationale = "An error that is noticed after the weekend cannot be undone with one day of snapshots."
    remedy = "Set `automated_snapshot_retention_period` to 7 days or more."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("aws_redshift_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        days = block.get("automated_snapshot_retention_period")
        days = 1 if days is None else days
        if 0 < days < MINIMUM_DAYS and stack_context.current().at_least("staging"):
            yield f"automated_snapshot_retention_period is {days}, not {MINIMUM_DAYS} or more"


check = ClusterSnapshotsKept()
