"""Streaming: Kafka clusters, topics, schemas, connectors and Firehose streams."""

from __future__ import annotations

from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.firehose_to_iceberg import FirehoseToIceberg
from lakekit.streaming.kafka_access import KafkaAccess, kafka_arn
from lakekit.streaming.msk_connector import MskConnector
from lakekit.streaming.reference import KafkaReference
from lakekit.streaming.schema_registry import Schema, SchemaRegistry
from lakekit.streaming.serverless import KafkaServerless
from lakekit.streaming.table_writer import TableWriter

__all__ = [
    "FirehoseToIceberg",
    "KafkaAccess",
    "KafkaCluster",
    "KafkaReference",
    "KafkaServerless",
    "MskConnector",
    "Schema",
    "SchemaRegistry",
    "TableWriter",
    "kafka_arn",
]
