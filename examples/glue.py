"""Glue: a JDBC connection, two jobs in a workflow, and a crawler for files without a declared schema."""

from __future__ import annotations

from pathlib import Path

from lakekit import Environment, IcebergTable, LakehouseApp, SparkJob, TeamStack
from lakekit.processing import GlueConnection, GlueCrawler, GlueRuntime, GlueWorkflow

JOBS = Path(__file__).resolve().parent / "jobs"
LOGIN = "sales/shop-reader"  # name of the secret in Secrets Manager with user and password


class IntakeStack(TeamStack):
    """Loads the shop's database every night, and files of partners on demand."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "intake", domain="sales", owner="sales-data@acme.example")
        shop = GlueConnection(
            self,
            "Shop",
            url="jdbc:postgresql://shop-db.internal:5432/shop",
            secret=LOGIN,
            description="The shop's database, read only",
        )
        orders = IcebergTable.from_name(self, "Orders", "orders", database="curated")
        load = SparkJob(
            self,
            "LoadOrders",
            entry_point=JOBS / "daily_revenue.py",
            runtime=GlueRuntime(connections=[shop]),
            timeout_minutes=30,
        )
        orders.grant_write(load)
        count = SparkJob(
            self,
            "CountOrders",
            entry_point=JOBS / "daily_revenue.py",
            runtime=GlueRuntime(flex=True),
            timeout_minutes=30,
        )
        orders.grant_read(count)
        GlueWorkflow(
            self, "Nightly", jobs=[load, count], description="Orders, then counts", schedule="cron(0 3 * * ? *)"
        )
        GlueCrawler(
            self,
            "Partners",
            zone="landing",
            prefix="partners/",
            database="raw",
            description="Files of partners, one folder per kind",
        )
