"""Catalog: a Glue database per zone and an Iceberg table."""

from __future__ import annotations

from lakekit import (
    CatalogSettings,
    Column,
    Database,
    Environment,
    GovernedTable,
    IcebergTable,
    LakehouseApp,
    LakehouseStack,
    TableMaintenance,
)

PAGE_VIEWS = GovernedTable(
    name="page_views",
    description="One row per page view",
    columns=[
        Column("view_id", "string", "Id of the view", required=True),
        Column("viewed_at", "timestamptz", "Time of the view", required=True),
        Column("page", "struct<path: string, title: string>", "The page"),
        Column("tags", "list<string>", "Tags of the page"),
    ],
    identifier=["view_id"],
)


class CatalogStack(LakehouseStack):
    """The encrypted Glue Data Catalog, one database, and a table with partitions and maintenance."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "catalog", domain="platform")
        self.settings = CatalogSettings(self, "Catalog")
        self.raw = Database(self, "Raw", zone="raw", name="raw")
        self.events = IcebergTable(
            self,
            "PageViews",
            database=self.raw,
            table=PAGE_VIEWS,
            partition_by=["day(viewed_at)", "bucket(16, view_id)"],
            sort_by=["viewed_at"],
            maintenance=TableMaintenance(snapshot_days=7),
        )
