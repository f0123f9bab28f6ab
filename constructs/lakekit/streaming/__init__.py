"""Streaming: Kafka clusters, topics, schemas, connectors and Firehose streams."""

from __future__ import annotations

from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.cluster_base import KafkaClusterBase
from lakekit.streaming.firehose_to_iceberg import FirehoseToIceberg
from lakekit.streaming.msk_connector import MskConnector
from lakekit.streaming.reference import KafkaReference, KafkaServerlessReference
from lakekit.streaming.schema_registry import RegistryReference, Schema, SchemaRegistry
from lakekit.streaming.serverless import KafkaServerless
from lakekit.streaming.topic import Topic

__all__ = [
    "FirehoseToIceberg",
    "KafkaCluster",
    "KafkaClusterBase",
    "KafkaReference",
    "KafkaServerless",
    "KafkaServerlessReference",
    "MskConnector",
    "RegistryReference",
    "Schema",
    "SchemaRegistry",
    "Topic",
]
