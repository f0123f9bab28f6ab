"""Kafka grants of the Iceberg sink and of the Kafka Connect workers that run it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.iam import Role, RoleReference
from lakekit.streaming.iceberg_sink import control_group, transaction_prefix
from lakekit.streaming.kafka_access import CONNECT, CONSUME, GROUP, PRODUCE, KafkaAccess

# Topics of MSK Connect's offsets, configurations and status.
_INTERNAL: Final = "__amazon_msk_connect_*"


def grant_sink(
    cluster: KafkaAccess,
    role: Role | RoleReference,
    *,
    name: str,
    topics: Sequence[str],
    control_topic: str,
    dead_letters: str | None = None,
) -> None:
    """Let a connector's role run the sink.

    Names of groups and of transactional ids are the sink's own (Iceberg source, `Coordinator`, `Worker` and
    `Channel`); what workers need is in "Understand service execution role" (MSK Connect). Logs are not among it: the
    service delivers them by itself.

    Args:
        cluster: where the topics are.
        role: whom the connector works as.
        name: the connector's name.
        topics: what it copies.
        control_topic: over which its tasks agree on commits.
        dead_letters: a topic for records that cannot be written.

    Raises:
        ConstructError: a topic has no name that Kafka allows.
    """
    group = f"connect-{name}"
    for topic in topics:
        cluster.grant_consume(role, topic=topic, group=group)
    # The coordinator task reads the control topic with its own group, the other tasks with a new group at each start;
    # both write to it in transactions.
    for member in (f"{group}-coord", f"{control_group(name)}*"):
        cluster.grant_consume(role, topic=control_topic, group=member)
    for task in ("coordinator", "worker"):
        ids = f"{transaction_prefix(name)}{task}-txn-*"
        cluster.grant_produce(role, topic=control_topic, transactional_id=ids)
    cluster.grant_manage_topics(role, topic=control_topic)
    if dead_letters is not None:
        cluster.grant_produce(role, topic=dead_letters)
    role.allow(cluster.statement("ConnectInternally", (*CONNECT, "kafka-cluster:DescribeCluster"), "cluster"))
    own = (*CONSUME, *PRODUCE, "kafka-cluster:CreateTopic")
    role.allow(cluster.statement("InternalTopics", sorted(set(own)), "topic", _INTERNAL))
    role.allow(cluster.statement("InternalGroups", GROUP, "group", _INTERNAL))
