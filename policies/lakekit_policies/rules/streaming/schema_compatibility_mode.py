from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class SchemaCompatibilityMode(Rule):
    id = "LK_SCHEMA_1"
    title = "Registered schemas state a compatibility mode and a record type"
    severity = "medium"
    rationale = (
        "With NONE any change is registered, and readers fail on records that are already written; with DISABLED "
        "no fix gets in. A subject without a description is a name nobody dares to delete."
    )
    remedy = "Set compatibility to BACKWARD or another of the checked kinds, and a description."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/schema-registry.html"
    pack = "streaming"
    controls = {"nist": ["CM-3", "SI-10"], "soc2": ["CC8.1", "PI1.2"]}
    resources = ("aws_glue_schema", "aws_glue_registry")

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("description"):
            yield "there is no description"
        compatibility = block.get("compatibility")
        if compatibility in {"NONE", "DISABLED"}:
            yield f"compatibility is {compatibility}"


check = SchemaCompatibilityMode()
