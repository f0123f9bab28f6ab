"""The Glue Data Catalog: its settings, databases and Iceberg tables."""

from __future__ import annotations

from lakekit.catalog.database import Database, DatabaseReference
from lakekit.catalog.iceberg import Column, IcebergTable, TableMaintenance, TableOptimizerRole
from lakekit.catalog.settings import CatalogSettings

__all__ = [
    "CatalogSettings",
    "Column",
    "Database",
    "DatabaseReference",
    "IcebergTable",
    "TableMaintenance",
    "TableOptimizerRole",
]
