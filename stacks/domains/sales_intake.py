"""Sales: what comes from the shop's database and from partners, by Glue."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lakekit import Column, Database, Environment, GovernedTable, IcebergTable, LakehouseApp, TeamStack
from lakekit.processing import GlueConnection, GlueCrawler, GlueRuntime, GlueWorkflow, SparkJob

JOBS: Final = Path(__file__).resolve().parent / "jobs"
# What the connection finds in Secrets Manager: the shop's team keeps user and password there, and rotates them.
LOGIN: Final = "sales/shop-reader"
SHOP: Final = "jdbc:postgresql://shop-db.internal:5432/shop"


class SalesIntakeStack(TeamStack):
    """Returns from the shop's database, two Glue jobs in a row, and a crawler for partners' files."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-intake", domain="sales", owner="sales-data@acme.example")
        curated = Database.from_name(self, "Curated", "curated")
        consumption = Database.from_name(self, "Consumption", "consumption")
        self.returns = IcebergTable(
            self,
            "Returns",
            database=curated,
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
            database=consumption,
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
        table = f"lake.{curated.name}.returns"
        read = SparkJob(
            self,
            "ShopReturns",
            entry_point=JOBS / "shop_returns.py",
            runtime=GlueRuntime(connections=[self.shop]),
            arguments=["--connection", self.shop.name, "--returns", table],
            timeout_minutes=30,
        )
        read.write_tables("curated")
        count = SparkJob(
            self,
            "DailyRefunds",
            entry_point=JOBS / "daily_returns.py",
            runtime=GlueRuntime(flex=True),
            arguments=["--returns", table, "--refunds", f"lake.{consumption.name}.daily_returns"],
            timeout_minutes=30,
        )
        count.read_tables("curated")
        count.write_tables("consumption")
        self.nightly = GlueWorkflow(
            self,
            "NightlyReturns",
            jobs=[read, count],
            description="Returns from the shop, then refunds a day",
            schedule="cron(0 3 * * ? *)",
        )
        # It runs when somebody starts it: once a partner has sent files of a new kind.
        self.partners = GlueCrawler(
            self,
            "Partners",
            zone="landing",
            prefix="partners/",
            database="raw",
            description="Files of partners, a folder for each kind",
        )
