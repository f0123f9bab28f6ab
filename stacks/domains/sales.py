"""Sales: orders as a curated table, and what EU analysts may see of it."""

from __future__ import annotations

from lakekit import CellFilter, Column, DatabaseReference, Environment, IcebergTable, LakehouseApp, TeamStack
from lakekit.governance import data_role_arn


class SalesStack(TeamStack):
    """The sales domain's data products."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales", owner="sales-data@acme.example")
        self.orders = IcebergTable(
            self,
            "Orders",
            database=DatabaseReference(self, "curated"),
            description="One row per order line as it was placed",
            columns=[
                Column("order_id", "long", "Number of the order", required=True),
                Column("line", "int", "Line within the order, from 1", required=True),
                Column("ordered_at", "timestamptz", "When the order was placed", required=True),
                Column("customer_email", "string", "Where the confirmation went"),
                Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery"),
                Column("product", "string", "Stock keeping unit"),
                Column("quantity", "int", "Pieces"),
                Column("unit_price", "decimal(12, 2)", "Price of a piece in euro"),
            ],
            identifier=["order_id", "line"],
            partition_by=["day(ordered_at)"],
            sort_by=["order_id", "line"],
            column_classifications={"customer_email": "restricted"},
        )
        self.eu_orders = CellFilter(
            self,
            "EuOrders",
            table=self.orders,
            rows="country IN ('AT', 'BE', 'DE', 'ES', 'FR', 'IT', 'NL', 'PL', 'SE')",
            exclude_columns=["customer_email"],
        )
        self.eu_orders.grant_select(data_role_arn(self, "analyst"))
