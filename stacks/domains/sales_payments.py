"""Sales: payments and refunds from Kafka, exactly once, with the Iceberg sink."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from lakekit import Column, Environment, GovernedTable, IcebergTable, LakehouseApp, TeamStack
from lakekit.streaming import KafkaCluster, MskConnector

PLUGIN: Final = Path(__file__).resolve().parent / "connect" / "iceberg_sink"
TOPICS: Final = ("sales.payments", "sales.refunds")


class SalesPaymentsStack(TeamStack):
    """Two topics, one connector, one table."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-payments", owner="sales-data@acme.example", domain="sales")
        kafka = KafkaCluster.from_name(self, "Kafka", environment.streaming.kafka.name)
        topics = [kafka.topic(name) for name in TOPICS]
        self.payments = IcebergTable(
            self,
            "Payments",
            database="curated",
            table=GovernedTable(
                name="payments",
                description="One row per payment or refund of an order, as the payment provider confirmed it",
                columns=[
                    Column("payment_id", "string", "Identifies the payment", required=True),
                    Column("order_id", "long", "Number of the order", required=True),
                    Column("kind", "string", "payment or refund"),
                    Column("confirmed_at", "timestamptz", "When the provider confirmed it", required=True),
                    Column("amount", "decimal(12, 2)", "Euro, negative for a refund"),
                ],
                identifier=["payment_id"],
            ),
            partition_by=["month(confirmed_at)"],
        )
        self.sink = MskConnector(
            self,
            "PaymentsToLake",
            topics=topics,
            table=self.payments,
            plugin=PLUGIN,
            max_workers=environment.streaming.connect.max_workers,
        )
        for topic in topics:
            topic.alarm_on_consumer_lag(group=self.sink.consumer_group, minutes=30)
