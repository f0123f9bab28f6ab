from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import sql
from lakekit_policies.engine.unknown_tracking import is_unknown
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested, reference


class DataCellsFilterRestricts(Rule):
    id = "LK_LF_10"
    title = "Data cells filters restrict rows or columns"
    severity = "high"
    rationale = (
        "A filter that includes every row and column grants access to the whole table, whether it says TRUE or "
        "`country = 'DE' OR country <> 'DE'`. A filter with a missing column or a function fails every query."
    )
    remedy = (
        "List or exclude columns, or compare a column with constants so that some rows are left out; otherwise grant "
        "on the table."
    )
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/partiql-support.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-4", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_lakeformation_data_cells_filter",)

    def problems(self, block: Block) -> Iterable[str]:
        for data in nested(block, "table_data"):
            table = self._columns(data)
            excluded = {
                str(name).lower()
                for part in nested(data, "column_wildcard")
                for name in as_list(part.get("excluded_column_names"))
            }
            listed = {str(name).lower() for name in as_list(data.get("column_names"))}
            expressions = [
                str(part["filter_expression"])
                for part in nested(data, "row_filter")
                if str(part.get("filter_expression") or "").strip()
            ]
            for text in expressions:
                if not ("${" in text and is_unknown(block, "table_data")):  # else only apply shows its conditions
                    yield from sql.cell_filter_problems(text, table)
            if table:
                for name in sorted((excluded | listed) - set(table)):
                    yield f"column {name} is not in the table; it has {', '.join(sorted(table))}"
            restricts_columns = bool(excluded) or (bool(listed) and not (table and listed >= set(table)))
            if not restricts_columns and not expressions:
                yield f"{data.get('name', 'the filter')} includes every row and column of {data.get('table_name')}"

    def _columns(self, data: Block) -> dict[str, str] | None:
        """Columns of the table with their types, if the table is in this configuration and lists them."""
        for peer in self.peers.all("aws_glue_catalog_table"):
            names = (data.get("table_name"), data.get("database_name"))
            by_name = names == (peer.block.get("name"), peer.block.get("database_name"))
            if not by_name and reference(names[0]) != peer.address:
                continue
            parts = [*nested(peer.block, "storage_descriptor", "columns"), *nested(peer.block, "partition_keys")]
            found = {str(part.get("name")).lower(): str(part.get("type") or "") for part in parts if part.get("name")}
            return found or None
        return None


check = DataCellsFilterRestricts()
