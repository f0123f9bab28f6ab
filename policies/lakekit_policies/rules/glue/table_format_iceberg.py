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
        "A plain external table has no transactions: readers see half-written loads, deletes for privacy rewrite "
        "partitions by hand, and no engine but one may write."
    )
    remedy = "Use IcebergTable. Views and resource links are left alone; raw files stay files, without a table."
    reference = "https://docs.aws.amazon.com/prescriptive-guidance/latest/apache-iceberg-on-aws/introduction.html"
    pack = "lakehouse"
    controls = {"nist": ["SI-10", "CP-9"], "soc2": ["PI1.4", "PI1.5"]}
    resources = ("aws_glue_catalog_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if stores_data(block) and not is_iceberg(block):
            yield f"the table is {block.get('table_type') or 'of no stated type'} without an Iceberg format"


check = TableFormatIceberg()
