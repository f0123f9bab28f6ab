"""Sales in Snowflake: the orders of the lake as a product, and order events as they land."""

from __future__ import annotations

from domains.sales import ORDERS
from lakekit import Environment, LakehouseApp
from lakekit.snowflake import (
    FileFormat,
    Format,
    Pipe,
    S3EventTopic,
    SnowflakeProduct,
    SnowflakeStack,
    Stage,
    StorageIntegration,
)


class SalesSnowflakeStack(SnowflakeStack):
    """The sales domain's data products on Snowflake."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-snowflake", owner="sales-data@acme.example", domain="sales")
        self.orders = SnowflakeProduct(
            self,
            "Orders",
            zone="curated",
            tables=[ORDERS],
            description="Order lines as they were placed, straight from the lake",
        )
        self.landing = SnowflakeProduct(
            self, "Landing", zone="raw", tables=[], description="Order events as they arrived, one record to a row"
        )
        self.landing.schema.grant_read("engineer")
        files = StorageIntegration(self, "OrderFiles", zones=["landing"])
        stage = Stage(
            self,
            "OrderEventFiles",
            schema=self.landing.schema,
            integration=files,
            zone="landing",
            prefix="orders/",
            file_format=FileFormat(self, "Json", schema=self.landing.schema, format=Format.JSON),
        )
        events = S3EventTopic(self, "Events", zone="landing")
        Pipe(self, "OrderEvents", schema=self.landing.schema, stage=stage, events=events)
