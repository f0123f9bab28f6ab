"""The Glue Data Catalog: its settings, databases and Iceberg tables."""

from __future__ import annotations

from lakekit.catalog.column import Column
from lakekit.catalog.database import Database, DatabaseReference
from lakekit.catalog.governed_table import GovernedTable, ProductTags
from lakekit.catalog.iceberg import IcebergTable, TableMaintenance, TableOptimizerRole
from lakekit.catalog.settings import CatalogSettings

__all__ = [
    "CatalogSettings",
    "Column",
    "Database",
    "DatabaseReference",
    "GovernedTable",
    "IcebergTable",
    "ProductTags",
    "TableMaintenance",
    "TableOptimizerRole",
]
