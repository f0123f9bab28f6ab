"""Catalog: a Glue database per zone, an Iceberg table and an Athena view."""

from __future__ import annotations

from lakekit import (
    AthenaView,
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
    """The encrypted Glue Data Catalog, one database, a table with partitions and maintenance, and a view."""

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
        self.daily = AthenaView(
            self,
            "DailyViews",
            database=self.raw,
            tables=[self.events],
            sql="""
                SELECT CAST(viewed_at AT TIME ZONE 'UTC' AS date) AS viewed_on, page.path AS path, COUNT(*) AS views
                FROM page_views GROUP BY 1, 2
            """,
            columns=[
                Column("viewed_on", "date", "Day of the views in UTC"),
                Column("path", "string", "Path of the page"),
                Column("views", "long", "Number of views"),
            ],
            description="One row per day and page",
        )
