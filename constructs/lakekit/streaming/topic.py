"""Kafka topics: grants and consumer lag alarms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lakekit.errors import ConstructError
from lakekit.iam import Grantee, resolve_grantee
from lakekit.monitoring import Alarm
from lakekit.streaming.cluster_monitoring import alarm_on_consumer_lag
from lakekit.streaming.kafka_access import (
    CONNECT,
    CONNECT_TO_PRODUCE,
    CONSUME,
    GROUP,
    MANAGE,
    PRODUCE,
    TRANSACT,
    check_resource,
)

if TYPE_CHECKING:
    from lakekit.streaming.cluster_identity import KafkaClusterIdentity


class Topic:
    """A topic of a cluster, or all topics with a prefix; `cluster.topic("orders")` returns one.

    Terraform does not create topics: grant `grant_manage` to the role that does.

    Args:
        cluster: the cluster, or a reference to it.
        name: name of the topic, or a prefix with `*` at the end, such as `sales.*`.

    Attributes:
        cluster: the cluster.
        name: name or prefix.

    Raises:
        ConstructError: not a name that Kafka allows, or a wildcard without a prefix.
    """

    def __init__(self, cluster: KafkaClusterIdentity, name: str) -> None:
        self.cluster: Final = cluster
        self.name: Final = check_resource(cluster, "topic", name)

    @property
    def is_prefix(self) -> bool:
        """Whether it refers to all topics with a prefix."""
        return self.name.endswith("*")

    def grant_read(self, grantee: Grantee, *, group: str) -> None:
        """Grant a role to read the topic as a member of one consumer group.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
            group: the consumer group, or a prefix with `*` at the end.

        Raises:
            ConstructError: not a name that Kafka allows, or a wildcard without a prefix.
        """
        self._allow(grantee, "ConsumeConnect", CONNECT, "cluster")
        self._allow(grantee, "Consume", CONSUME, "topic", self.name)
        self._allow(grantee, "ConsumeGroup", GROUP, "group", group)

    def grant_write(self, grantee: Grantee, *, transactional_id: str | None = None) -> None:
        """Grant a role to write to the topic, idempotently, and in transactions if an id is given.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
            transactional_id: transactional id of exactly-once producers, or a prefix with `*` at the end.

        Raises:
            ConstructError: not a name that Kafka allows, or a wildcard without a prefix.
        """
        self._allow(grantee, "ProduceConnect", CONNECT_TO_PRODUCE, "cluster")
        self._allow(grantee, "Produce", PRODUCE, "topic", self.name)
        if transactional_id is not None:
            self._allow(grantee, "Transact", TRANSACT, "transactional-id", transactional_id)

    def grant_manage(self, grantee: Grantee) -> None:
        """Grant a role to create and alter the topic, not to read, write or delete it.

        Clusters do not create topics automatically, so that a misspelled name is an error and not a new topic.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        self._allow(grantee, "ManageConnect", CONNECT, "cluster")
        self._allow(grantee, "ManageTopics", MANAGE, "topic", self.name)

    def alarm_on_consumer_lag(self, *, group: str, minutes: int = 15) -> Alarm:
        """Alarm when the lag of a consumer group exceeds `minutes`, by MSK's estimate.

        Args:
            group: the consumer group.
            minutes: maximum lag in minutes; 15 by default.

        Raises:
            ConstructError: the topic is a prefix.
        """
        if self.is_prefix:
            raise ConstructError(self.cluster, f"{self.name!r} is a prefix: no metric exists", fix="use one topic")
        return alarm_on_consumer_lag(
            self.cluster, cluster=self.cluster.name, topic=self.name, group=group, minutes=minutes
        )

    def _allow(self, grantee: Grantee, sid: str, actions: Sequence[str], kind: str, name: str = "") -> None:
        resolve_grantee(self.cluster, grantee).allow(self.cluster.statement(sid, actions, kind, name))
