"""What kind of thing a Glue table is."""

from __future__ import annotations

from lakekit_policies.blocks import Block, mapping, nested


def is_iceberg(block: Block) -> bool:
    """Made as Iceberg by Glue (``open_table_format_input``) or registered as such by its parameters."""
    if nested(block, "open_table_format_input", "iceberg_input"):
        return True
    return str(mapping(block, "parameters").get("table_type", "")).upper() == "ICEBERG"


def holds_own_data(block: Block) -> bool:
    """Neither a view nor a link to a table elsewhere."""
    return block.get("table_type") != "VIRTUAL_VIEW" and not block.get("target_table")
