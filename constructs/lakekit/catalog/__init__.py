"""The Glue Data Catalog: its settings, databases, Iceberg tables and Athena views."""

from __future__ import annotations

from lakekit.catalog.athena_view import AthenaView, ViewedTable
from lakekit.catalog.column import Column
from lakekit.catalog.database import Database
from lakekit.catalog.database_access import DatabaseAccess
from lakekit.catalog.database_like import DatabaseLike, resolve_database
from lakekit.catalog.database_reference import DatabaseReference
from lakekit.catalog.governed_table import GovernedTable, ProductTags
from lakekit.catalog.iceberg import IcebergTable, TableMaintenance, TableOptimizerRole, TableReference
from lakekit.catalog.settings import CatalogSettings
from lakekit.catalog.smoke_test_role import SmokeTestRole, smoke_test_zone
from lakekit.catalog.table_access import TableAccess
from lakekit.catalog.view_access import ViewAccess

__all__ = [
    "AthenaView",
    "CatalogSettings",
    "Column",
    "Database",
    "DatabaseAccess",
    "DatabaseLike",
    "DatabaseReference",
    "GovernedTable",
    "IcebergTable",
    "ProductTags",
    "SmokeTestRole",
    "TableAccess",
    "TableMaintenance",
    "TableOptimizerRole",
    "TableReference",
    "ViewAccess",
    "ViewedTable",
    "resolve_database",
    "smoke_test_zone",
]
