"""Sales: orders as a curated table, with a cell filter for EU analysts."""

from __future__ import annotations

from typing import Final

from lakekit import (
    CellFilter,
    Column,
    Environment,
    GovernedTable,
    IcebergTable,
    LakehouseApp,
    TeamStack,
)

EU_ROWS: Final = "country IN ('AT', 'BE', 'DE', 'ES', 'FR', 'IT', 'NL', 'PL', 'SE')"
"""Orders delivered to the European Union; valid in Lake Formation (PartiQL) and in Snowflake."""

ORDERS: Final = GovernedTable(
    name="orders",
    description="One row per order line as it was placed",
    columns=(
        Column("order_id", "long", "Number of the order", required=True),
        Column("line", "int", "Line within the order, from 1", required=True),
        Column("ordered_at", "timestamptz", "When the order was placed", required=True),
        Column("customer_email", "string", "Where the confirmation went"),
        Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery"),
        Column("product", "string", "Stock keeping unit"),
        Column("quantity", "int", "Pieces"),
        Column("unit_price", "decimal(12, 2)", "Price of a piece in euro"),
    ),
    column_classifications={"customer_email": "restricted"},
    row_filters={"eu-analyst": EU_ROWS},
    identifier=("order_id", "line"),
)


class SalesStack(TeamStack):
    """The sales domain's data products."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales", owner="sales-data@acme.example")
        self.orders = IcebergTable(
            self,
            "Orders",
            database="curated",
            table=ORDERS,
            partition_by=["day(ordered_at)"],
            sort_by=["order_id", "line"],
        )
        self.eu_orders = CellFilter(self, "EuOrders", table=self.orders, role="eu-analyst")
        self.eu_orders.grant_select()
