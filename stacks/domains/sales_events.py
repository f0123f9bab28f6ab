"""Sales: order events from Kafka, in two tables: all events, and totals per minute."""

from __future__ import annotations

from pathlib import Path

from lakekit import (
    Column,
    Environment,
    GovernedTable,
    IcebergTable,
    LakehouseApp,
    ServiceRole,
    TeamStack,
)
from lakekit.processing import FlinkApplication
from lakekit.streaming import FirehoseToIceberg, KafkaCluster, Schema

HERE = Path(__file__).resolve().parent
TOPIC = "sales.order-events"


class SalesEventsStack(TeamStack):
    """One topic with its schema, a producer, a Firehose stream and a Flink application."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "sales-events", owner="sales-data@acme.example", domain="sales")
        events = KafkaCluster.from_name(self, "Kafka", environment.streaming.kafka.name).topic(TOPIC)
        self.schema = Schema(
            self,
            "OrderEvent",
            registry="events",
            subject=f"{TOPIC}-value",
            file=HERE / "schemas" / "order_event.json",
            description="An order was placed, changed, shipped or cancelled",
        )
        self.shop = ServiceRole(
            self,
            "Shop",
            service="ecs-tasks",
            description="The shop writes order events with it",
            name="sales-shop",
        )
        events.grant_write(self.shop, transactional_id="shop-*")
        self.schema.grant_read(self.shop)

        self.events = IcebergTable(
            self,
            "OrderEvents",
            database="curated",
            table=GovernedTable(
                name="order_events",
                description="One row per event of an order, as it happened",
                columns=[
                    Column("event_id", "string", "Identifies the event", required=True),
                    Column("order_id", "long", "Number of the order", required=True),
                    Column("kind", "string", "placed, changed, shipped or cancelled"),
                    Column("happened_at", "timestamptz", "When it happened", required=True),
                    Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery"),
                    Column("amount", "decimal(12, 2)", "Value of the order in euro after the event"),
                ],
                identifier=["event_id"],
            ),
            partition_by=["day(happened_at)"],
        )
        self.delivery = FirehoseToIceberg(self, "OrderEventsToLake", topic=events, table=self.events)

        self.minutes = IcebergTable(
            self,
            "OrderMinutes",
            database="curated",
            table=GovernedTable(
                name="order_minutes",
                description="Orders placed and their value, per country and minute",
                columns=[
                    Column("minute", "timestamp", "Beginning of the minute, UTC", required=True),
                    Column("country", "string", "ISO 3166-1 alpha-2 code of the delivery", required=True),
                    Column("orders", "long", "Orders placed in that minute"),
                    Column("amount", "decimal(38, 2)", "Their value in euro"),
                ],
                identifier=["minute", "country"],
            ),
            partition_by=["day(minute)"],
        )
        code = HERE / "flink" / "order_minutes"
        built = (code / "lib" / "connectors.jar").is_file()
        self.per_minute = FlinkApplication(
            self,
            "OrderMinutesJob",
            code=code,
            main="main.py",
            jar="lib/connectors.jar" if built else None,
            # It starts after `mvn package` has built the jar of its connectors.
            start=built,
            max_kpu=4,
        )
        self.per_minute.read_topic(events)
        self.per_minute.write_table(self.minutes)
        events.alarm_on_consumer_lag(group=self.per_minute.name, minutes=15)
