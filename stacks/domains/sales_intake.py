"""Sales: returns from the shop's database and files of partners, loaded by Glue."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lakekit import Column, Environment, GovernedTable, IcebergTable, LakehouseApp, TeamStack
from lakekit.processing import GlueConnection, GlueCrawler, GlueRuntime, GlueWorkflow, SparkJob, spark_table

JOBS: Final = Path(__file__).resolve().parent / "jobs"
# Name of the secret with username and password, which the shop's team creates and rotates.
LOGIN: Final = "sales/shop-reader"
SHOP: Final = "jdbc:postgresql://shop-db.internal:5432/shop"


class SalesIntakeStack(TeamStack):
    """A JDBC connection, two Glue jobs in a workflow, and a crawler for files of partners."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-intake", domain="sales", owner="sales-data@acme.example")
        self.returns = IcebergTable(
            self,
            "Returns",
            database="curated",
            table=GovernedTable(
                name="returns",
                description="One row per return of an order, in its latest state",
                columns=[
                    Column("return_id", "long", "Number of the return", required=True),
                    Column("order_id", "long", "Number of the order"),
                    Column("returned_at", "timestamptz", "When the goods came back"),
                    Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery"),
                    Column("refund", "decimal(12, 2)", "Euro paid back"),
                ],
                identifier=["return_id"],
            ),
            partition_by=["month(returned_at)"],
        )
        self.refunds = IcebergTable(
            self,
            "DailyReturns",
            database="consumption",
            table=GovernedTable(
                name="daily_returns",
                description="Returns of a day in a country, and euros paid back",
                columns=[
                    Column("day", "date", "Day in UTC", required=True),
                    Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery", required=True),
                    Column("returns", "long", "Returns"),
                    Column("refunds", "decimal(18, 2)", "Euro paid back"),
                ],
                identifier=["day", "country"],
            ),
            partition_by=["month(day)"],
        )
        self.shop = GlueConnection(self, "Shop", url=SHOP, secret=LOGIN, description="The shop's database, read only")
        load = SparkJob(
            self,
            "ShopReturns",
            entry_point=JOBS / "shop_returns.py",
            runtime=GlueRuntime(connections=[self.shop]),
            arguments=["--connection", self.shop.name, "--returns", spark_table(self.returns)],
            timeout_minutes=30,
        )
        self.returns.grant_write(load)
        count = SparkJob(
            self,
            "DailyRefunds",
            entry_point=JOBS / "daily_returns.py",
            runtime=GlueRuntime(flex=True),
            arguments=["--returns", spark_table(self.returns), "--refunds", spark_table(self.refunds)],
            timeout_minutes=30,
        )
        self.returns.grant_read(count)
        self.refunds.grant_write(count)
        self.nightly = GlueWorkflow(
            self,
            "NightlyReturns",
            jobs=[load, count],
            description="Returns from the shop, then refunds a day",
            schedule="cron(0 3 * * ? *)",
        )
        # On demand: started when a partner has sent a new kind of files.
        self.partners = GlueCrawler(
            self,
            "Partners",
            zone="landing",
            prefix="partners/",
            database="raw",
            description="Files of partners, a folder for each kind",
        )
