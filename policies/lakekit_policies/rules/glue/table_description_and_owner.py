from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.tables import stores_data
from lakekit_policies.terraform.blocks import Block, mapping


class TableDescriptionAndOwner(Rule):
    id = "LK_GLUE_5"
    title = "Glue tables have a description and an owner"
    severity = "medium"
    rationale = "Tables take no tags: what they mean and who answers for them stands in the catalog or nowhere."
    remedy = "Set description, and owner to the team that answers for the table."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/tables-described.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if not stores_data(block):
            return
        if not block.get("description"):
            yield "the table has no description"
        if not block.get("owner") and not mapping(block, "parameters").get("owner"):
            yield "the table has no owner"


check = TableDescriptionAndOwner()
