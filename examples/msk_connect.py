"""MSK Connect: several topics into one Iceberg table, exactly once, with the Apache Iceberg sink."""

from __future__ import annotations

from pathlib import Path

from lakekit import (
    Column,
    Environment,
    GovernedTable,
    IcebergTable,
    KafkaCluster,
    LakehouseApp,
    TeamStack,
)
from lakekit.streaming import MskConnector

PLUGIN = Path(__file__).resolve().parent / "connector"

PAYMENTS = GovernedTable(
    name="payments",
    description="One row per payment or refund",
    columns=[
        Column("payment_id", "string", "Id of the payment", required=True),
        Column("confirmed_at", "timestamptz", "Time of the confirmation", required=True),
        Column("amount", "decimal(12, 2)", "Euro, negative for a refund"),
    ],
    identifier=["payment_id"],
)


class PaymentsStack(TeamStack):
    """Payments and refunds."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "payments", domain="sales", owner="sales-data@acme.example")
        payments = IcebergTable(
            self,
            "Payments",
            database="curated",
            table=PAYMENTS,
            partition_by=["month(confirmed_at)"],
        )
        kafka = KafkaCluster.from_name(self, "Kafka", "main")
        MskConnector(
            self,
            "PaymentsToLake",
            topics=[kafka.topic("sales.payments"), kafka.topic("sales.refunds")],
            table=payments,
            plugin=PLUGIN,
        )
