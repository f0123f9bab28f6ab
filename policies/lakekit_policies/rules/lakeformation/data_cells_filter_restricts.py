from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested

UNRESTRICTED_EXPRESSIONS = ("", "true", "1=1", "1 = 1")


class DataCellsFilterRestricts(Rule):
    id = "LK_LF_10"
    title = "Data cells filters restrict rows or columns"
    severity = "high"
    rationale = "A filter that includes every row and column grants access to the whole table."
    remedy = "List or exclude columns, or add a row filter expression; otherwise grant on the table."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/data-filtering.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-4", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_lakeformation_data_cells_filter",)

    def problems(self, block: Block) -> Iterable[str]:
        for data in nested(block, "table_data"):
            columns = as_list(data.get("column_names"))
            excluded = [
                name for part in nested(data, "column_wildcard") for name in as_list(part.get("excluded_column_names"))
            ]
            rows = [str(part.get("filter_expression") or "").strip().lower() for part in nested(data, "row_filter")]
            if not columns and not excluded and not any(row not in UNRESTRICTED_EXPRESSIONS for row in rows):
                yield f"{data.get('name', 'the filter')} includes every row and column of {data.get('table_name')}"


check = DataCellsFilterRestricts()
