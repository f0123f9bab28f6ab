from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

MINIMUM_DAYS: Final = 7


class InstanceKeyAndBackups(Rule):
    id = "LK_RDS_3"
    title = "Database instances use a customer managed key and keep backups for a week"
    severity = "high"
    rationale = (
        "The AWS managed key cannot be restricted or shared with a recovery account. One day of backups does not "
        "outlast a weekend."
    )
    remedy = "Set `kms_key_id`, and `backup_retention_period` to 7 days or more."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = (
        "aws_db_instance",
        "aws_rds_cluster",
    )

    def problems(self, block: Block) -> Iterable[str]:
        source = str(block.get("replicate_source_db") or "")
        # A replica in the same region uses the key of its source; one of another region is named by an ARN.
        if self.entity_type == "aws_db_instance" and (
            (source and not source.startswith("arn:")) or block.get("snapshot_identifier")
        ):
            return
        if block.get("storage_encrypted") is True and (problem := key_problem(block.get("kms_key_id"), "the storage")):
            yield problem
        days = block.get("backup_retention_period")
        if isinstance(days, int) and 0 < days < MINIMUM_DAYS and stack_context.current().at_least("staging"):
            yield f"backup_retention_period is {days}, not {MINIMUM_DAYS} or more"


check = InstanceKeyAndBackups()
