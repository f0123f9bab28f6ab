"""Firehose: JSON records of a Kafka topic as rows of an Iceberg table."""

from __future__ import annotations

from lakekit import (
    Column,
    Environment,
    GovernedTable,
    IcebergTable,
    KafkaCluster,
    LakehouseApp,
    TeamStack,
)
from lakekit.streaming import FirehoseToIceberg

CLICKS = GovernedTable(
    name="clicks",
    description="One row per click",
    columns=[
        Column("click_id", "string", "Id of the click", required=True),
        Column("clicked_at", "timestamptz", "Time of the click", required=True),
    ],
)


class ClicksStack(TeamStack):
    """Clicks, at most five minutes old, without any process to operate."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "clicks", domain="sales", owner="sales-data@acme.example")
        clicks = IcebergTable(
            self,
            "Clicks",
            database="curated",
            table=CLICKS,
            partition_by=["day(clicked_at)"],
        )
        kafka = KafkaCluster.from_name(self, "Kafka", "main")
        FirehoseToIceberg(self, "ClicksToLake", topic=kafka.topic("sales.clicks"), table=clicks)
