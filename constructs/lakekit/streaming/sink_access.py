"""Kafka grants of the Iceberg sink and of the Kafka Connect workers that run it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.iam import Role, RoleReference
from lakekit.streaming.cluster_identity import KafkaClusterIdentity
from lakekit.streaming.iceberg_sink import control_group, transaction_prefix
from lakekit.streaming.kafka_access import CONNECT, CONSUME, GROUP, PRODUCE
from lakekit.streaming.topic import Topic

# Topics of MSK Connect's offsets, configurations and status.
_INTERNAL: Final = "__amazon_msk_connect_*"


def grant_sink(
    cluster: KafkaClusterIdentity,
    role: Role | RoleReference,
    *,
    name: str,
    topics: Sequence[Topic],
    control_topic: str,
    dead_letter_topic: str | None = None,
) -> None:
    """Grant a connector's role the permissions of the sink.

    Groups and transactional ids have the names of the sink (Iceberg source, `Coordinator`, `Worker` and `Channel`).
    Permissions of the workers are those of MSK Connect, "Understand service execution role"; the service delivers logs
    without permissions of the role.

    Args:
        cluster: cluster of the topics.
        role: execution role of the connector.
        name: physical name of the connector.
        topics: topics to read.
        control_topic: topic on which the tasks coordinate commits.
        dead_letter_topic: topic for records that cannot be written; none by default.

    Raises:
        ConstructError: a topic name that Kafka does not allow.
    """
    group = f"connect-{name}"
    for topic in topics:
        topic.grant_read(role, group=group)
    control = Topic(cluster, control_topic)
    # The coordinator task reads the control topic with its own group, the other tasks with a new group at each start;
    # both write to it in transactions.
    for member in (f"{group}-coord", f"{control_group(name)}*"):
        control.grant_read(role, group=member)
    for task in ("coordinator", "worker"):
        ids = f"{transaction_prefix(name)}{task}-txn-*"
        control.grant_write(role, transactional_id=ids)
    control.grant_manage(role)
    if dead_letter_topic is not None:
        Topic(cluster, dead_letter_topic).grant_write(role)
    role.allow(cluster.statement("ConnectInternally", (*CONNECT, "kafka-cluster:DescribeCluster"), "cluster"))
    own = (*CONSUME, *PRODUCE, "kafka-cluster:CreateTopic")
    role.allow(cluster.statement("InternalTopics", sorted(set(own)), "topic", _INTERNAL))
    role.allow(cluster.statement("InternalGroups", GROUP, "group", _INTERNAL))
