"""Sales: revenue a day and country, computed each night by a Spark job."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lakekit import Column, Database, Environment, GovernedTable, IcebergTable, LakehouseApp, TeamStack
from lakekit.processing import SparkJob, SparkServerless

JOBS: Final = Path(__file__).resolve().parent / "jobs"


class SalesJobsStack(TeamStack):
    """The sales domain's jobs: code, schedule, and roles made of their grants alone."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-jobs", domain="sales", owner="sales-data@acme.example")
        curated = Database.from_name(self, "Curated", "curated")
        consumption = Database.from_name(self, "Consumption", "consumption")
        self.revenue = IcebergTable(
            self,
            "DailyRevenue",
            database=consumption,
            table=GovernedTable(
                name="daily_revenue",
                description="Orders, pieces and euros of a day in a country",
                columns=[
                    Column("day", "date", "Day in UTC", required=True),
                    Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery", required=True),
                    Column("orders", "long", "Orders"),
                    Column("pieces", "long", "Pieces"),
                    Column("revenue", "decimal(18, 2)", "Euro"),
                ],
                identifier=["day", "country"],
            ),
            partition_by=["month(day)"],
        )
        self.job = SparkJob(
            self,
            "RevenueJob",
            entry_point=JOBS / "daily_revenue.py",
            runtime=SparkServerless.from_name(self, "Spark", environment.processing.spark.name),
            arguments=[
                "--orders",
                f"lake.{curated.name}.orders",
                "--revenue",
                f"lake.{consumption.name}.daily_revenue",
            ],
            schedule="cron(0 4 * * ? *)",
            timeout_minutes=30,
        )
        self.job.read_tables("curated")
        self.job.write_tables("consumption")
