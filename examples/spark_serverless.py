"""Spark on EMR Serverless: the shared application, and a scheduled job with a role of its own."""

from __future__ import annotations

from pathlib import Path

from lakekit import (
    Column,
    Environment,
    GovernedTable,
    IcebergTable,
    LakehouseApp,
    LakehouseStack,
    SparkJob,
    SparkServerless,
    TeamStack,
)
from lakekit.processing import spark_table

JOBS = Path(__file__).resolve().parent / "jobs"

REVENUE = GovernedTable(
    name="daily_revenue",
    description="Revenue per day and country",
    columns=[
        Column("day", "date", "Day in UTC", required=True),
        Column("country", "string", "ISO 3166-1 alpha-2 code", required=True),
        Column("revenue", "decimal(18, 2)", "Euro"),
    ],
    identifier=["day", "country"],
)


class SparkStack(LakehouseStack):
    """The application that all teams share."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "spark")
        self.spark = SparkServerless(self, "Spark", name="main", max_vcpu=32)


class RevenueStack(TeamStack):
    """A job of one team: reads one table and writes another."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "revenue", domain="sales", owner="sales-data@acme.example")
        orders = IcebergTable.from_name(self, "Orders", "orders", database="curated")
        revenue = IcebergTable(self, "Revenue", database="consumption", table=REVENUE)
        job = SparkJob(
            self,
            "DailyRevenue",
            entry_point=JOBS / "daily_revenue.py",
            runtime=SparkServerless.from_name(self, "Spark", "main"),
            arguments=["--orders", spark_table(orders), "--revenue", spark_table(revenue)],
            schedule="cron(0 4 * * ? *)",
            timeout_minutes=30,
        )
        orders.grant_read(job)
        revenue.grant_write(job)
