"""Snowflake: the warehouse side of the lakehouse."""

from __future__ import annotations

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
