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

from lakekit.core.interrupt_hook import hide_interrupts

if TYPE_CHECKING:
    from lakekit.catalog import (
        AthenaView,
        CatalogSettings,
        Column,
        Database,
        DatabaseReference,
        GovernedTable,
        IcebergTable,
        SmokeTestRole,
        TableMaintenance,
        TableOptimizerRole,
        TableReference,
    )
    from lakekit.core.app import LakehouseApp, entry_point
    from lakekit.core.stack import LakehouseStack
    from lakekit.core.team_stack import TeamStack
    from lakekit.core.waivers import waive
    from lakekit.environment import Environment, Tier
    from lakekit.errors import LakekitError
    from lakekit.governance import CellFilter, DataRole, LakeFormationSettings, LakeLocations, LakeTags, TagGrant
    from lakekit.iam import Role, ServiceRole
    from lakekit.monitoring import Alarm, AlarmTopic, CostBudget, Dashboard, LogGroup, Metric
    from lakekit.naming import pascal
    from lakekit.network import DataVpc, VpcReference
    from lakekit.processing import (
        AthenaWorkgroup,
        GlueRuntime,
        SparkCluster,
        SparkJob,
        SparkServerless,
        SparkServerlessReference,
    )
    from lakekit.processing.flink_application import FlinkApplication
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
        FirehoseToIceberg,
        KafkaCluster,
        KafkaReference,
        KafkaServerless,
        MskConnector,
        Schema,
        SchemaRegistry,
    )

_HOMES = {
    "lakekit.iam": ("Role", "ServiceRole"),
    "lakekit.core.app": ("LakehouseApp", "entry_point"),
    "lakekit.catalog": (
        "AthenaView",
        "CatalogSettings",
        "Column",
        "Database",
        "DatabaseReference",
        "GovernedTable",
        "IcebergTable",
        "SmokeTestRole",
        "TableOptimizerRole",
        "TableMaintenance",
        "TableReference",
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
    "lakekit.monitoring": ("Alarm", "AlarmTopic", "CostBudget", "Dashboard", "LogGroup", "Metric"),
    "lakekit.processing.flink_application": ("FlinkApplication",),
    "lakekit.naming": ("pascal",),
    "lakekit.network": ("DataVpc", "VpcReference"),
    "lakekit.processing": (
        "AthenaWorkgroup",
        "GlueRuntime",
        "SparkCluster",
        "SparkJob",
        "SparkServerless",
        "SparkServerlessReference",
    ),
    "lakekit.core.stack": ("LakehouseStack",),
    "lakekit.core.team_stack": ("TeamStack",),
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
        "MskConnector",
        "KafkaReference",
        "KafkaServerless",
        "Schema",
        "SchemaRegistry",
        "FirehoseToIceberg",
    ),
    "lakekit.core.waivers": ("waive",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

hide_interrupts()

__all__ = [
    "Alarm",
    "AlarmTopic",
    "Artifact",
    "ArtifactBucket",
    "AthenaView",
    "AthenaWorkgroup",
    "CatalogSettings",
    "CellFilter",
    "Column",
    "CostBudget",
    "Dashboard",
    "DataLake",
    "DataRole",
    "DataVpc",
    "Database",
    "DatabaseReference",
    "EncryptionKey",
    "Environment",
    "FirehoseToIceberg",
    "FlinkApplication",
    "GlueRuntime",
    "GovernedTable",
    "IcebergTable",
    "KafkaCluster",
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
    "MskConnector",
    "PrivateBucket",
    "Role",
    "Schema",
    "SchemaRegistry",
    "ServiceRole",
    "SmokeTestRole",
    "SparkCluster",
    "SparkJob",
    "SparkServerless",
    "SparkServerlessReference",
    "TableMaintenance",
    "TableOptimizerRole",
    "TableReference",
    "TagGrant",
    "TeamStack",
    "Tier",
    "VpcReference",
    "Zone",
    "ZoneReference",
    "entry_point",
    "pascal",
    "waive",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'lakekit' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)
