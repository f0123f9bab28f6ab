"""Kafka and what flows through it."""

from __future__ import annotations

from lakekit.streaming.access import KafkaAccess, kafka_arn
from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.connect import KafkaConnect
from lakekit.streaming.delivery import TableDelivery
from lakekit.streaming.reference import KafkaReference
from lakekit.streaming.registry import Schema, SchemaRegistry
from lakekit.streaming.serverless import KafkaServerless
from lakekit.streaming.table_writer import TableReference, TableWriter

__all__ = [
    "KafkaAccess",
    "KafkaCluster",
    "KafkaConnect",
    "KafkaReference",
    "KafkaServerless",
    "Schema",
    "SchemaRegistry",
    "TableDelivery",
    "TableReference",
    "TableWriter",
    "kafka_arn",
]
