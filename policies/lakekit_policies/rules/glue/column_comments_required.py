from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.rules._shared.tables import is_resource_link, stores_data
from lakekit_policies.terraform.blocks import Block, nested


class ColumnCommentsRequired(Rule):
    id = "LK_GOV_4"
    title = "Glue tables declare columns, each with a comment"
    severity = "low"
    rationale = "Comments in the catalog let consumers understand a column without asking its author."
    remedy = "Add a comment to each column (the description in the data contract)."
    reference = (
        "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html#aws-glue-api-catalog-tables-Column"
    )
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    stages = (SYNTH,)  # a plan also contains columns that engines have added
    needs_stack = True
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if is_resource_link(block):
            return
        columns = nested(block, "storage_descriptor", "columns") or nested(
            block, "open_table_format_input", "iceberg_input", "schema", "fields"
        )
        # Glue derives the columns of a Data Catalog view from its query.
        if not columns and stores_data(block):
            yield "the table declares no columns"
        uncommented = [
            str(column.get("name")) for column in columns if not (column.get("comment") or column.get("doc"))
        ]
        if uncommented:
            yield f"columns without a comment: {', '.join(uncommented)}"


check = ColumnCommentsRequired()
