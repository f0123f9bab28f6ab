"""Snowflake: account, roles, warehouses, databases, and data products on tables of the lake.

Names are imported on first use, so that importing names and settings starts no Node process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lakekit.snowflake.account import SnowflakeAccount
    from lakekit.snowflake.administrator import Administrator
    from lakekit.snowflake.credit_monitor import CreditMonitor
    from lakekit.snowflake.database import SnowflakeDatabase
    from lakekit.snowflake.database_reference import SnowflakeDatabaseReference
    from lakekit.snowflake.governance_tags import GovernanceTags
    from lakekit.snowflake.iam_role import SnowflakeRole
    from lakekit.snowflake.iceberg_integration import ExternalIcebergTable, ExternalVolume, GlueCatalogIntegration
    from lakekit.snowflake.pipe import Pipe, S3EventTopic
    from lakekit.snowflake.product import SnowflakeProduct
    from lakekit.snowflake.roles import AccountRole, FunctionalRole, ServiceUser
    from lakekit.snowflake.row_access_policy import RowAccessPolicy
    from lakekit.snowflake.schema import SnowflakeSchema
    from lakekit.snowflake.sql_execute import SqlExecute
    from lakekit.snowflake.stack import SnowflakeStack
    from lakekit.snowflake.stages import FileFormat, Format, Stage, StorageIntegration
    from lakekit.snowflake.warehouse_reference import WarehouseReference
    from lakekit.snowflake.workload_warehouse import WorkloadWarehouse

_HOMES = {
    "lakekit.snowflake.account": ("SnowflakeAccount",),
    "lakekit.snowflake.database": ("SnowflakeDatabase",),
    "lakekit.snowflake.database_reference": ("SnowflakeDatabaseReference",),
    "lakekit.snowflake.stages": (
        "FileFormat",
        "Format",
        "Stage",
        "StorageIntegration",
    ),
    "lakekit.snowflake.iceberg_integration": (
        "GlueCatalogIntegration",
        "ExternalIcebergTable",
        "ExternalVolume",
    ),
    "lakekit.snowflake.credit_monitor": ("CreditMonitor",),
    "lakekit.snowflake.pipe": (
        "Pipe",
        "S3EventTopic",
    ),
    "lakekit.snowflake.product": ("SnowflakeProduct",),
    "lakekit.snowflake.roles": (
        "AccountRole",
        "FunctionalRole",
        "ServiceUser",
    ),
    "lakekit.snowflake.row_access_policy": ("RowAccessPolicy",),
    "lakekit.snowflake.schema": ("SnowflakeSchema",),
    "lakekit.snowflake.sql_execute": ("SqlExecute",),
    "lakekit.snowflake.administrator": ("Administrator",),
    "lakekit.snowflake.stack": ("SnowflakeStack",),
    "lakekit.snowflake.iam_role": ("SnowflakeRole",),
    "lakekit.snowflake.governance_tags": ("GovernanceTags",),
    "lakekit.snowflake.warehouse_reference": ("WarehouseReference",),
    "lakekit.snowflake.workload_warehouse": ("WorkloadWarehouse",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AccountRole",
    "Administrator",
    "CreditMonitor",
    "ExternalIcebergTable",
    "ExternalVolume",
    "FileFormat",
    "Format",
    "FunctionalRole",
    "GlueCatalogIntegration",
    "GovernanceTags",
    "Pipe",
    "RowAccessPolicy",
    "S3EventTopic",
    "ServiceUser",
    "SnowflakeAccount",
    "SnowflakeDatabase",
    "SnowflakeDatabaseReference",
    "SnowflakeProduct",
    "SnowflakeRole",
    "SnowflakeSchema",
    "SnowflakeStack",
    "SqlExecute",
    "Stage",
    "StorageIntegration",
    "WarehouseReference",
    "WorkloadWarehouse",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'lakekit.snowflake' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
