"""Sales: revenue per day and country, computed every night by a Spark job."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lakekit import Column, Environment, GovernedTable, IcebergTable, LakehouseApp, TeamStack
from lakekit.processing import SparkJob, SparkServerless, spark_table

JOBS: Final = Path(__file__).resolve().parent / "jobs"


class SalesJobsStack(TeamStack):
    """A scheduled Spark job that reads one table of another stack and writes its own."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-jobs", domain="sales", owner="sales-data@acme.example")
        orders = IcebergTable.from_name(self, "Orders", "orders", database="curated")
        self.revenue = IcebergTable(
            self,
            "DailyRevenue",
            database="consumption",
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
            arguments=["--orders", spark_table(orders), "--revenue", spark_table(self.revenue)],
            schedule="cron(0 4 * * ? *)",
            timeout_minutes=30,
        )
        orders.grant_read(self.job)
        self.revenue.grant_write(self.job)
