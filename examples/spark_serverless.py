"""Spark on EMR Serverless: the shared application, and a scheduled job with a role of its own."""

from __future__ import annotations

from pathlib import Path

from lakekit import Environment, LakehouseApp, LakehouseStack, SparkJob, SparkServerless, TeamStack

JOBS = Path(__file__).resolve().parent / "jobs"


class SparkStack(LakehouseStack):
    """The application that all teams share."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "spark")
        self.spark = SparkServerless(self, "Spark", name="main", max_vcpu=32)


class RevenueStack(TeamStack):
    """A job of one team: reads curated tables, writes consumption tables of its domain."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "revenue", domain="sales", owner="sales-data@acme.example")
        job = SparkJob(
            self,
            "DailyRevenue",
            entry_point=JOBS / "daily_revenue.py",
            runtime=SparkServerless.from_name(self, "Spark", "main"),
            arguments=["--orders", "lake.acme_curated.orders", "--revenue", "lake.acme_consumption.daily_revenue"],
            schedule="cron(0 4 * * ? *)",
            timeout_minutes=30,
        )
        job.read_tables("curated")
        job.write_tables("consumption")
