"""Kinds of Glue tables."""

from __future__ import annotations

from lakekit_policies.shared.glue_views import is_view
from lakekit_policies.terraform.blocks import Block, mapping, nested


def is_iceberg(block: Block) -> bool:
    """Whether a table is Iceberg: by ``open_table_format_input`` or by its parameters."""
    if nested(block, "open_table_format_input", "iceberg_input"):
        return True
    if str(mapping(block, "parameters").get("table_type", "")).upper() == "ICEBERG":
        return True
    # When reading an Iceberg table, the provider drops table_type and metadata_location from its parameters. In a plan,
    # the table then has neither input format nor SerDe, which Hive tables require.
    formats = (part.get("input_format") or part.get("ser_de_info") for part in nested(block, "storage_descriptor"))
    return bool(block.get("arn")) and not any(formats)


def is_resource_link(block: Block) -> bool:
    """Whether a table is a link to a table of another catalog, which describes it."""
    return bool(block.get("target_table"))


def stores_data(block: Block) -> bool:
    """Whether a table is neither a view nor a resource link."""
    return not is_view(block) and not is_resource_link(block)
