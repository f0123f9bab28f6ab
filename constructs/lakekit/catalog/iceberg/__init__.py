"""Iceberg tables: schema, layout, the metadata they are born from, and their upkeep."""

from __future__ import annotations

from lakekit.catalog.iceberg.metadata import Column
from lakekit.catalog.iceberg.table import IcebergTable
from lakekit.catalog.iceberg.upkeep import TableOptimizerRole, Upkeep

__all__ = ["Column", "IcebergTable", "TableOptimizerRole", "Upkeep"]
