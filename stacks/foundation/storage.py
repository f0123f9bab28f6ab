"""Storage: the lake's zones, keys and logs."""

from __future__ import annotations

from lakekit import DataLake, Environment, LakehouseApp, LakehouseStack


class StorageStack(LakehouseStack):
    """The S3 lake of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "storage")
        self.lake = DataLake(self, "Lake")
