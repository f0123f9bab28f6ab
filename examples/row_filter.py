"""Row and column filters: analysts of the European Union read their rows, without e-mail addresses."""

from __future__ import annotations

from lakekit import (
    CellFilter,
    Column,
    Environment,
    GovernedTable,
    IcebergTable,
    LakehouseApp,
    TeamStack,
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


class CustomersStack(TeamStack):
    """A table with a restricted column, and a cell filter on it."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "customers", domain="sales", owner="sales-data@acme.example")
        customers = IcebergTable(
            self,
            "Customers",
            database="curated",
            table=CUSTOMERS,
        )
        eu = CellFilter(self, "EuCustomers", table=customers, role="eu-analyst")
        eu.grant_select()
