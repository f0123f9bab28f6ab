"""Views among Glue tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_view(table: Mapping[str, Any]) -> bool:
    """Whether a Glue table is a view: of this type, and defined by a query.

    Args:
        table: values of an ``aws_glue_catalog_table``.
    """
    return table.get("table_type") == "VIRTUAL_VIEW" and bool(
        table.get("view_original_text") or table.get("view_definition")
    )
