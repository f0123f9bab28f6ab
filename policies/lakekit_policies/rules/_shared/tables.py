"""What kind of thing a Glue table is."""

from __future__ import annotations

from lakekit_policies.terraform.blocks import Block, mapping, nested


def is_iceberg(block: Block) -> bool:
    """Made as Iceberg by Glue (``open_table_format_input``) or registered as such by its parameters."""
    if nested(block, "open_table_format_input", "iceberg_input"):
        return True
    if str(mapping(block, "parameters").get("table_type", "")).upper() == "ICEBERG":
        return True
    # Reading an Iceberg table back, the provider drops table_type and metadata_location from its parameters. What is
    # left of it in a plan has neither input format nor serde, which a Hive table cannot be read without.
    formats = (part.get("input_format") or part.get("ser_de_info") for part in nested(block, "storage_descriptor"))
    return bool(block.get("arn")) and not any(formats)


def stores_data(block: Block) -> bool:
    """Neither a view nor a link to a table elsewhere."""
    return block.get("table_type") != "VIRTUAL_VIEW" and not block.get("target_table")
