"""Iceberg tables: schema, layout, the metadata they are born from, and their maintenance."""

from __future__ import annotations

from lakekit.catalog.iceberg.maintenance import TableMaintenance, TableOptimizerRole
from lakekit.catalog.iceberg.metadata import Column
from lakekit.catalog.iceberg.table import IcebergTable

__all__ = ["Column", "IcebergTable", "TableMaintenance", "TableOptimizerRole"]
