"""Lakekit: a governed lakehouse on AWS and Snowflake as CDK-for-Terraform constructs.

    from lakekit import DataLake, LakehouseApp, LakehouseStack, entry_point


    class StorageStack(LakehouseStack):
        def __init__(self, app, environment):
            super().__init__(app, environment, "storage")
            DataLake(self, "Lake")


    @entry_point
    def main():
        app = LakehouseApp()
        for environment in app.environments:
            StorageStack(app, environment)
        app.synth()

Names are loaded when they are first used, so that `lakekit.environment` costs no Node process.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lakekit.access import Role, ServiceRole
    from lakekit.app import LakehouseApp, entry_point
    from lakekit.catalog import (
        CatalogSettings,
        Column,
        Database,
        DatabaseReference,
        IcebergTable,
        TableOptimizerRole,
        Upkeep,
    )
    from lakekit.environment import Environment, Tier
    from lakekit.errors import LakekitError
    from lakekit.governance import CellFilter, DataRole, LakeFormationSettings, LakeLocations, LakeTags, TagGrant
    from lakekit.network import DataNetwork, NetworkReference
    from lakekit.operations import Alarm, AlarmTopic, CostBudget, Dashboard, LogGroup, Metric
    from lakekit.processing import (
        AthenaWorkgroup,
        GlueRuntime,
        SparkCluster,
        SparkJob,
        SparkServerless,
        SparkServerlessReference,
    )
    from lakekit.processing.flink_application import FlinkApplication
    from lakekit.stack import LakehouseStack, TeamStack
    from lakekit.storage import (
        Artifact,
        ArtifactBucket,
        DataLake,
        EncryptionKey,
        LogBucket,
        PrivateBucket,
        Zone,
        ZoneReference,
    )
    from lakekit.streaming import (
        KafkaCluster,
        KafkaConnect,
        KafkaReference,
        KafkaServerless,
        Schema,
        SchemaRegistry,
        TableDelivery,
        TableReference,
    )
    from lakekit.waivers import waive

_HOMES = {
    "lakekit.access": ("Role", "ServiceRole"),
    "lakekit.app": ("LakehouseApp", "entry_point"),
    "lakekit.catalog": (
        "CatalogSettings",
        "Column",
        "Database",
        "DatabaseReference",
        "IcebergTable",
        "TableOptimizerRole",
        "Upkeep",
    ),
    "lakekit.environment": ("Environment", "Tier"),
    "lakekit.errors": ("LakekitError",),
    "lakekit.governance": (
        "CellFilter",
        "DataRole",
        "LakeFormationSettings",
        "LakeLocations",
        "LakeTags",
        "TagGrant",
    ),
    "lakekit.operations": ("Alarm", "AlarmTopic", "CostBudget", "Dashboard", "LogGroup", "Metric"),
    "lakekit.processing.flink_application": ("FlinkApplication",),
    "lakekit.network": ("DataNetwork", "NetworkReference"),
    "lakekit.processing": (
        "AthenaWorkgroup",
        "GlueRuntime",
        "SparkCluster",
        "SparkJob",
        "SparkServerless",
        "SparkServerlessReference",
    ),
    "lakekit.stack": ("LakehouseStack", "TeamStack"),
    "lakekit.storage": (
        "Artifact",
        "ArtifactBucket",
        "DataLake",
        "EncryptionKey",
        "LogBucket",
        "PrivateBucket",
        "Zone",
        "ZoneReference",
    ),
    "lakekit.streaming": (
        "KafkaCluster",
        "KafkaConnect",
        "KafkaReference",
        "KafkaServerless",
        "Schema",
        "SchemaRegistry",
        "TableDelivery",
        "TableReference",
    ),
    "lakekit.waivers": ("waive",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Alarm",
    "AlarmTopic",
    "Artifact",
    "ArtifactBucket",
    "AthenaWorkgroup",
    "CatalogSettings",
    "CellFilter",
    "Column",
    "CostBudget",
    "Dashboard",
    "DataLake",
    "DataNetwork",
    "DataRole",
    "Database",
    "DatabaseReference",
    "EncryptionKey",
    "Environment",
    "FlinkApplication",
    "GlueRuntime",
    "IcebergTable",
    "KafkaCluster",
    "KafkaConnect",
    "KafkaReference",
    "KafkaServerless",
    "LakeFormationSettings",
    "LakeLocations",
    "LakeTags",
    "LakehouseApp",
    "LakehouseStack",
    "LakekitError",
    "LogBucket",
    "LogGroup",
    "Metric",
    "NetworkReference",
    "PrivateBucket",
    "Role",
    "Schema",
    "SchemaRegistry",
    "ServiceRole",
    "SparkCluster",
    "SparkJob",
    "SparkServerless",
    "SparkServerlessReference",
    "TableDelivery",
    "TableOptimizerRole",
    "TableReference",
    "TagGrant",
    "TeamStack",
    "Tier",
    "Upkeep",
    "Zone",
    "ZoneReference",
    "entry_point",
    "waive",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'lakekit' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)
