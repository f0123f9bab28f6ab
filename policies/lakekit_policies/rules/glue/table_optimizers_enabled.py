from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.tables import is_iceberg, stores_data
from lakekit_policies.terraform.blocks import Block, nested, reference

REQUIRED_OPTIMIZERS = {
    "compaction": "small files accumulate and slow down queries",
    "retention": "snapshots and deleted data are never removed",
    "orphan_file_deletion": "files of failed writes are never removed",
}


class TableOptimizersEnabled(Rule):
    id = "LK_GLUE_6"
    title = "Iceberg tables have compaction, snapshot retention and orphan file deletion"
    severity = "medium"
    rationale = "Iceberg does not maintain tables automatically: cost and query time grow with each commit."
    remedy = "Add an enabled `aws_glue_catalog_table_optimizer` for each of the three types (`IcebergTable` does)."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html"
    pack = "cost"
    controls = {"nist": ["SI-12", "MP-6"], "soc2": ["C1.2"]}
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if not (stores_data(block) and is_iceberg(block)):
            return
        if self.peers.is_uncertain("aws_glue_catalog_table_optimizer", "table_name"):
            return
        enabled = {
            peer.block.get("type")
            for peer in self.peers.referencing("aws_glue_catalog_table_optimizer", "table_name", {block.get("name")})
            # Table names are unique per database only: compare the database unless the optimizer refers to the table.
            if reference(peer.block.get("table_name")) or peer.block.get("database_name") == block.get("database_name")
            for configuration in nested(peer.block, "configuration")
            if configuration.get("enabled") is True and not _keeps_expired_files(configuration)
        }
        yield from (
            f"no enabled optimizer of type {kind}: {effect}"
            for kind, effect in REQUIRED_OPTIMIZERS.items()
            if kind not in enabled
        )


def _keeps_expired_files(configuration: Block) -> bool:
    """Whether expired snapshots keep their data files, and thereby their storage cost."""
    return any(
        part.get("clean_expired_files") is False
        for part in nested(configuration, "retention_configuration", "iceberg_configuration")
    )


check = TableOptimizersEnabled()
