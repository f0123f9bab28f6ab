from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.tables import is_resource_link
from lakekit_policies.terraform.blocks import Block, mapping


class TableDescriptionAndOwner(Rule):
    id = "LK_GLUE_5"
    title = "Glue tables and views have a description and an owner"
    severity = "low"
    rationale = "Glue tables cannot be tagged: description and owner must be declared in the catalog."
    remedy = "Set `description`, and set `owner` to the responsible team."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/tables-described.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if is_resource_link(block):
            return
        if not block.get("description"):
            yield "description is not set"
        if not block.get("owner") and not mapping(block, "parameters").get("owner"):
            yield "owner is not set"


check = TableDescriptionAndOwner()
