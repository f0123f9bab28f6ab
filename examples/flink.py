"""Managed Service for Apache Flink: a Python job from a Kafka topic to an Iceberg table."""

from __future__ import annotations

from pathlib import Path

from lakekit import (
    Column,
    Environment,
    FlinkApplication,
    GovernedTable,
    IcebergTable,
    KafkaCluster,
    LakehouseApp,
    TeamStack,
)

CODE = Path(__file__).resolve().parent / "flink"

ORDER_MINUTES = GovernedTable(
    name="order_minutes",
    description="Orders per country and minute",
    columns=[
        Column("minute", "timestamp", "Beginning of the minute, UTC", required=True),
        Column("country", "string", "ISO 3166-1 alpha-2 code", required=True),
        Column("orders", "long", "Orders in that minute"),
    ],
)


class OrderMinutesStack(TeamStack):
    """Orders per country and minute."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "order-minutes", domain="sales", owner="sales-data@acme.example")
        minutes = IcebergTable(
            self,
            "OrderMinutes",
            database="curated",
            table=ORDER_MINUTES,
            partition_by=["day(minute)"],
        )
        # start=False: the connectors' jar is not part of this example.
        job = FlinkApplication(self, "Job", code=CODE, main="main.py", max_kpu=4, start=False)
        job.read_topic(KafkaCluster.from_name(self, "Kafka", "main").topic("sales.order-events"))
        job.write_table(minutes)
