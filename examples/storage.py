"""Storage: the zones of the lake, code for engines, and access of a role to one prefix."""

from __future__ import annotations

from lakekit import DataLake, Environment, LakehouseApp, LakehouseStack, ServiceRole
from lakekit.storage import ArtifactBucket, QueryResultBucket


class StorageStack(LakehouseStack):
    """Four zones with keys, versions, access logs, lifecycle, TLS and key policies."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "storage")
        self.lake = DataLake(self, "Lake")
        self.artifacts = ArtifactBucket(self, "Artifacts")
        self.results = QueryResultBucket(self, "QueryResults")

        loader = ServiceRole(self, "Loader", service="ecs-tasks", description="Writes files of the shop")
        self.lake.zone("landing").grant_write(loader, prefix="shop/")
