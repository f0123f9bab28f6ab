"""Iceberg tables: initial metadata, layout and maintenance."""

from __future__ import annotations

from lakekit.catalog.iceberg.maintenance import TableMaintenance, TableOptimizerRole
from lakekit.catalog.iceberg.table import IcebergTable
from lakekit.catalog.iceberg.table_reference import TableReference

__all__ = ["IcebergTable", "TableMaintenance", "TableOptimizerRole", "TableReference"]
