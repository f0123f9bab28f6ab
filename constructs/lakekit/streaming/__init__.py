"""Streaming: Kafka clusters, topics, schemas, connectors and Firehose streams."""

from __future__ import annotations

from lakekit.streaming.broker_security_group import BrokerSecurityGroup
from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.cluster_base import KafkaClusterBase
from lakekit.streaming.cluster_identity import KafkaClusterIdentity
from lakekit.streaming.cluster_monitoring import ClusterMonitoring
from lakekit.streaming.cluster_policy import ClusterPolicy
from lakekit.streaming.firehose_to_iceberg import FirehoseToIceberg
from lakekit.streaming.msk_connector import MskConnector
from lakekit.streaming.reference import KafkaReference, KafkaServerlessReference
from lakekit.streaming.schema_registry import RegistryReference, Schema, SchemaRegistry
from lakekit.streaming.serverless import KafkaServerless
from lakekit.streaming.storage_scaling import StorageScaling
from lakekit.streaming.topic import Topic
from lakekit.streaming.worker_secrets import WorkerSecrets

__all__ = [
    "BrokerSecurityGroup",
    "ClusterMonitoring",
    "ClusterPolicy",
    "FirehoseToIceberg",
    "KafkaCluster",
    "KafkaClusterBase",
    "KafkaClusterIdentity",
    "KafkaReference",
    "KafkaServerless",
    "KafkaServerlessReference",
    "MskConnector",
    "RegistryReference",
    "Schema",
    "SchemaRegistry",
    "StorageScaling",
    "Topic",
    "WorkerSecrets",
]
