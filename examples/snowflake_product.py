"""Snowflake: a data product over Iceberg tables of the lake, and files loaded with Snowpipe."""

from __future__ import annotations

from lakekit import Column, Environment, GovernedTable, LakehouseApp
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

CUSTOMERS = GovernedTable(
    name="customers",
    description="One row per customer",
    columns=[
        Column("customer_id", "long", "Id of the customer", required=True),
        Column("country", "string", "ISO 3166-1 alpha-2 code", required=True),
        Column("email", "string", "E-mail address"),
    ],
    column_classifications={"email": "restricted"},
    row_filters={"eu-analyst": "country IN ('DE', 'FR')"},
)


class CustomersSnowflake(SnowflakeStack):
    """The customers table with masks and row filters, and order files as they arrive."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "customers-snowflake", domain="sales", owner="sales-data@acme.example")
        SnowflakeProduct(self, "Customers", zone="curated", tables=[CUSTOMERS], description="Customers of the shop")

        landing = SnowflakeProduct(self, "Landing", zone="raw", tables=[], description="Order events as they arrive")
        landing.schema.grant_read("engineer")
        stage = Stage(
            self,
            "OrderFiles",
            schema=landing.schema,
            integration=StorageIntegration(self, "LandingFiles", zones=["landing"]),
            zone="landing",
            prefix="orders/",
            file_format=FileFormat(self, "Json", schema=landing.schema, format=Format.JSON),
        )
        Pipe(self, "Orders", schema=landing.schema, stage=stage, events=S3EventTopic(self, "Events", zone="landing"))
