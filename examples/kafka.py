"""Kafka on MSK: a cluster, and a team's producer and consumer on one topic."""

from __future__ import annotations

from lakekit import Environment, KafkaCluster, LakehouseApp, LakehouseStack, ServiceRole, TeamStack

TOPIC = "sales.order-events"


class KafkaStack(LakehouseStack):
    """The cluster: IAM over TLS only, encrypted, monitored, with storage that grows."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "streaming")
        self.kafka = KafkaCluster(self, "Kafka", name="main", multi_vpc=True)
        self.kafka.allow_firehose()


class OrderEventsStack(TeamStack):
    """Topic permissions of the sales team."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "order-events", domain="sales", owner="sales-data@acme.example")
        events = KafkaCluster.from_name(self, "Kafka", "main").topic(TOPIC)
        shop = ServiceRole(self, "Shop", service="ecs-tasks", description="Writes order events")
        events.grant_write(shop, transactional_id="shop-*")
        loader = ServiceRole(self, "Loader", service="ecs-tasks", description="Reads order events")
        events.grant_read(loader, group="loader")
        events.alarm_on_consumer_lag(group="loader", minutes=15)
