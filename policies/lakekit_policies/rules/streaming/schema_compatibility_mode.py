from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class SchemaCompatibilityMode(Rule):
    id = "LK_SCHEMA_1"
    title = "Glue schemas have a description and a checked compatibility mode"
    severity = "medium"
    rationale = (
        "With NONE, any change is registered and consumers fail on existing records. With DISABLED, no new version "
        "can be registered. A description documents the purpose of a schema."
    )
    remedy = "Set `compatibility` to BACKWARD or another checked mode, and `description`."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html"
    pack = "streaming"
    controls = {"nist": ["CM-3", "SI-10"], "soc2": ["CC8.1", "PI1.2"]}
    resources = ("aws_glue_schema", "aws_glue_registry")

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("description"):
            yield "description is not set"
        compatibility = block.get("compatibility")
        if compatibility in {"NONE", "DISABLED"}:
            yield f"compatibility is {compatibility}; use a checked mode such as BACKWARD"


check = SchemaCompatibilityMode()
