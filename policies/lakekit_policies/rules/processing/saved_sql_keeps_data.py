from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.saved_sql import TYPES, saved_sql
from lakekit_policies.terraform.blocks import Block


class SavedSqlKeepsData(Rule):
    id = "LK_ATHENA_23"
    title = "Saved SQL does not drop, empty or overwrite whole tables"
    severity = "high"
    rationale = (
        "A named query, schedule or state machine runs later without a plan. DROP, TRUNCATE, DELETE and UPDATE without "
        "a condition change every row, and Athena deletes no file that it could restore."
    )
    remedy = (
        "Add a condition that selects rows, and remove tables in the configuration. A table that the same resource "
        "creates may be dropped."
    )
    reference = "https://docs.aws.amazon.com/athena/latest/ug/drop-table.html"
    pack = "baseline"
    controls = {"nist": ["CM-5", "CP-9", "SI-12"], "soc2": ["CC8.1", "A1.2"]}
    resources = TYPES

    def problems(self, block: Block) -> Iterable[str]:
        found = [one for one in saved_sql(self.entity_type, block) if one.text is not None]
        created = {name for one in found for name in sql.created_tables(one.text or "")}
        for one in found:
            yield from (f"{one.where} {problem}" for problem in sql.lost_tables(one.text or "", created))


check = SavedSqlKeepsData()
