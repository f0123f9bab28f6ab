from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class DatabaseDescriptionRequired(Rule):
    id = "LK_GLUE_1"
    title = "Glue databases have a description and a location"
    severity = "low"
    rationale = (
        "Tables of a database without a location are stored at the engine's default location, outside of every zone. "
        "A description documents the purpose of the database."
    )
    remedy = "Set `description` and `location_uri` (the zone's bucket)."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/define-database.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "SI-12"], "soc2": ["CC2.1"]}
    resources = ("aws_glue_catalog_database",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("target_database"):
            return  # resource links have neither
        if not block.get("description"):
            yield "description is not set"
        if not block.get("location_uri"):
            yield "location_uri is not set"


check = DatabaseDescriptionRequired()
