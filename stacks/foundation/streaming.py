"""Streaming: the environment's Kafka, and the registry of its records' schemas."""

from __future__ import annotations

from lakekit import Environment, LakehouseApp, LakehouseStack, pascal
from lakekit.environment import KafkaKind
from lakekit.streaming import KafkaCluster, KafkaServerless, SchemaRegistry


class StreamingStack(LakehouseStack):
    """Kafka of an environment."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "streaming")
        kafka = environment.streaming.kafka
        self.registries = {
            name: SchemaRegistry(self, pascal(name), name=name) for name in environment.streaming.schema_registries
        }
        additional_serverless_cluster = environment.streaming.additional_serverless_cluster
        self.additional_serverless_cluster = (
            KafkaServerless(self, "Beside", name=additional_serverless_cluster)
            if additional_serverless_cluster
            else None
        )
        self.cluster: KafkaCluster | KafkaServerless
        if kafka.kind is KafkaKind.SERVERLESS:
            self.cluster = KafkaServerless(self, "Kafka", name=kafka.name)
            return
        self.cluster = KafkaCluster(
            self,
            "Kafka",
            name=kafka.name,
            brokers=kafka.brokers,
            broker_type=kafka.broker_type,
            storage_gib=kafka.storage_gib,
            max_storage_gib=kafka.max_storage_gib,
            retention_hours=kafka.retention_hours,
            multi_vpc=kafka.multi_vpc,
        )
        if kafka.multi_vpc:
            self.cluster.allow_firehose()
