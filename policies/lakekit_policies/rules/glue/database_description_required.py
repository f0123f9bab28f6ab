from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class DatabaseDescriptionRequired(Rule):
    id = "LK_GLUE_1"
    title = "Glue databases have a description and a location"
    severity = "medium"
    rationale = (
        "A database without a location sends tables that name none to wherever the engine's default points, "
        "outside of every zone; one without a description is a name nobody dares to delete."
    )
    remedy = "Set description and location_uri (the zone's bucket)."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/define-database.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "SI-12"], "soc2": ["CC2.1"]}
    resources = ("aws_glue_catalog_database",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("target_database"):
            return  # a link to another account's database has neither
        if not block.get("description"):
            yield "the database has no description"
        if not block.get("location_uri"):
            yield "the database has no location_uri"


check = DatabaseDescriptionRequired()
