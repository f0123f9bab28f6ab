"""Spark on EMR on EC2: a private cluster with encryption, Iceberg and managed scaling."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, LakehouseStack, SparkCluster


class SparkClusterStack(LakehouseStack):
    """A long-running cluster; size and instance types come from the environment file."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "spark-cluster")
        self.cluster = SparkCluster(self, "Cluster", name="main")
