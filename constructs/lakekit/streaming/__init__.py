"""Kafka and what flows through it."""

from __future__ import annotations

from lakekit.streaming.access import KafkaAccess, kafka_arn
from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.reference import KafkaReference
from lakekit.streaming.serverless import KafkaServerless

__all__ = ["KafkaAccess", "KafkaCluster", "KafkaReference", "KafkaServerless", "kafka_arn"]
