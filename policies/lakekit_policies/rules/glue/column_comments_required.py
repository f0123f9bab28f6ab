from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.rules._shared.tables import stores_data
from lakekit_policies.terraform.blocks import Block, nested


class ColumnCommentsRequired(Rule):
    id = "LK_GOV_4"
    title = "Glue tables declare columns, each with a comment"
    severity = "low"
    rationale = "A column's name says what its author knew. Whoever queries it asks the catalog, or guesses."
    remedy = "Give each column a comment (the contract's description)."
    reference = (
        "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column"
    )
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    stages = (SYNTH,)  # a plan also shows the columns that engines have added since: nobody here wrote those
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if not stores_data(block):
            return
        columns = nested(block, "storage_descriptor", "columns") or nested(
            block, "open_table_format_input", "iceberg_input", "schema", "fields"
        )
        if not columns:
            yield "the table states no columns"
        silent = [str(column.get("name")) for column in columns if not (column.get("comment") or column.get("doc"))]
        if silent:
            yield f"without a comment: {', '.join(silent)}"


check = ColumnCommentsRequired()
