"""Storage: the lake's zones, keys and logs, and the code that engines run."""

from __future__ import annotations

from lakekit import DataLake, Environment, LakehouseApp, LakehouseStack
from lakekit.core.dependencies import add_dependency
from lakekit.storage import ArtifactBucket, QueryResultBucket


class StorageStack(LakehouseStack):
    """The S3 lake of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "storage")
        self.lake = DataLake(self, "Lake")
        self.artifacts = ArtifactBucket(self, "Artifacts")
        logged = [self.artifacts.bucket]
        self.results = QueryResultBucket(self, "QueryResults") if environment.processing.athena.enabled else None
        if self.results:
            logged.append(self.results.bucket)
        for bucket in logged:
            # Log delivery is checked against the log bucket's policy when it is switched on.
            add_dependency(bucket.access_log, self.lake.logs.bucket.policy)
