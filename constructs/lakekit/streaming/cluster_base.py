"""Base of Kafka clusters and of references to them."""

from __future__ import annotations

from lakekit.streaming.cluster_identity import MAX_NAME, KafkaClusterIdentity, cluster_name
from lakekit.streaming.topic import Topic

__all__ = ["MAX_NAME", "KafkaClusterBase", "cluster_name"]


class KafkaClusterBase(KafkaClusterIdentity):
    """Kafka cluster of this stack or of another one, with its topics."""

    def topic(self, name: str) -> Topic:
        """Return a topic of the cluster, for grants, connectors and alarms.

        Args:
            name: name of the topic, or a prefix with `*` at the end for grants on all topics that start with it.

        Raises:
            ConstructError: not a name that Kafka allows, or a wildcard without a prefix.
        """
        return Topic(self, name)
