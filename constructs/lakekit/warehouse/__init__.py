"""Snowflake: the warehouse side of the lakehouse.

Names are loaded when they are first used, so that names and settings cost no Node process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lakekit.warehouse.account import SnowflakeAccount
    from lakekit.warehouse.database import SnowflakeDatabase
    from lakekit.warehouse.lake_files import FileFormat, Format, Stage, StorageIntegration
    from lakekit.warehouse.lake_table import LakeTable
    from lakekit.warehouse.lake_tables import GlueCatalog, LakeTableShare, LakeVolume
    from lakekit.warehouse.monitor import CreditMonitor
    from lakekit.warehouse.pipe import Pipe, ZoneEvents
    from lakekit.warehouse.product import SnowflakeProduct
    from lakekit.warehouse.roles import AccountRole, FunctionalRole, ServiceUser
    from lakekit.warehouse.row_policy import RowPolicy
    from lakekit.warehouse.schema import SnowflakeSchema
    from lakekit.warehouse.sql_object import SqlObject
    from lakekit.warehouse.stack import Administrator, WarehouseStack
    from lakekit.warehouse.vocabulary import AccessVocabulary
    from lakekit.warehouse.workload import WorkloadWarehouse

_HOMES = {
    "lakekit.warehouse.account": ("SnowflakeAccount",),
    "lakekit.warehouse.database": ("SnowflakeDatabase",),
    "lakekit.warehouse.lake_files": (
        "FileFormat",
        "Format",
        "Stage",
        "StorageIntegration",
    ),
    "lakekit.warehouse.lake_table": ("LakeTable",),
    "lakekit.warehouse.lake_tables": (
        "GlueCatalog",
        "LakeTableShare",
        "LakeVolume",
    ),
    "lakekit.warehouse.monitor": ("CreditMonitor",),
    "lakekit.warehouse.pipe": (
        "Pipe",
        "ZoneEvents",
    ),
    "lakekit.warehouse.product": ("SnowflakeProduct",),
    "lakekit.warehouse.roles": (
        "AccountRole",
        "FunctionalRole",
        "ServiceUser",
    ),
    "lakekit.warehouse.row_policy": ("RowPolicy",),
    "lakekit.warehouse.schema": ("SnowflakeSchema",),
    "lakekit.warehouse.sql_object": ("SqlObject",),
    "lakekit.warehouse.stack": (
        "Administrator",
        "WarehouseStack",
    ),
    "lakekit.warehouse.vocabulary": ("AccessVocabulary",),
    "lakekit.warehouse.workload": ("WorkloadWarehouse",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AccessVocabulary",
    "AccountRole",
    "Administrator",
    "CreditMonitor",
    "FileFormat",
    "Format",
    "FunctionalRole",
    "GlueCatalog",
    "LakeTable",
    "LakeTableShare",
    "LakeVolume",
    "Pipe",
    "RowPolicy",
    "ServiceUser",
    "SnowflakeAccount",
    "SnowflakeDatabase",
    "SnowflakeProduct",
    "SnowflakeSchema",
    "SqlObject",
    "Stage",
    "StorageIntegration",
    "WarehouseStack",
    "WorkloadWarehouse",
    "ZoneEvents",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'lakekit.warehouse' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)
