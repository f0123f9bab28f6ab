from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.tables import is_iceberg, stores_data
from lakekit_policies.terraform.blocks import Block


class TableFormatIceberg(Rule):
    id = "LK_GLUE_4"
    title = "Glue tables use the Iceberg format"
    severity = "medium"
    rationale = (
        "Plain external tables have no transactions: readers see partial writes, deletes require rewriting "
        "partitions, and only one engine can write safely."
    )
    remedy = "Use `IcebergTable`. Views (`AthenaView`) and resource links are exempt; keep raw files without a table."
    reference = "https://docs.aws.amazon.com/prescriptive-guidance/latest/apache-iceberg-on-aws/introduction.html"
    pack = "lakehouse"
    controls = {"nist": ["SI-10", "CP-9"], "soc2": ["PI1.4", "PI1.5"]}
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if stores_data(block) and not is_iceberg(block):
            yield f"table_type is {block.get('table_type') or 'not set'}; the table format must be Iceberg"


check = TableFormatIceberg()
