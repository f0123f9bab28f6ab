"""Storage: the lake's zones, keys and logs, job code, and query results."""

from __future__ import annotations

from lakekit import DataLake, Environment, LakehouseApp, LakehouseStack
from lakekit.storage import ArtifactBucket, QueryResultBucket


class StorageStack(LakehouseStack):
    """The S3 data lake of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "storage")
        self.lake = DataLake(self, "Lake")
        logs = self.lake.logs
        self.artifacts = ArtifactBucket(self, "Artifacts", log_bucket=logs)
        athena = environment.processing.athena.enabled
        self.results = QueryResultBucket(self, "QueryResults", log_bucket=logs) if athena else None
