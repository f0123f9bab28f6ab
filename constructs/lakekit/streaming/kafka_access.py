"""Who may do what with which topic: IAM statements for Kafka, from names alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, Statement, resolve_grantee, statement
from lakekit.naming import Names

# Kafka's own alphabet of topics, groups and transactional ids; a star only at the end, after a prefix of its own.
_RESOURCE: Final = re.compile(r"[A-Za-z0-9._-]{1,249}\Z")
_PREFIX: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{1,247}\*\Z")

CONNECT: Final = ("kafka-cluster:Connect",)
# Producers are idempotent by default since Kafka 3.0 (KIP-679), which is a right on the cluster.
CONNECT_TO_PRODUCE: Final = (*CONNECT, "kafka-cluster:WriteDataIdempotently")
PRODUCE: Final = ("kafka-cluster:DescribeTopic", "kafka-cluster:WriteData")
CONSUME: Final = ("kafka-cluster:DescribeTopic", "kafka-cluster:ReadData")
GROUP: Final = ("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup")
TRANSACT: Final = ("kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId")
MANAGE: Final = (
    "kafka-cluster:AlterTopic",
    "kafka-cluster:AlterTopicDynamicConfiguration",
    "kafka-cluster:CreateTopic",
    "kafka-cluster:DescribeTopic",
    "kafka-cluster:DescribeTopicDynamicConfiguration",
)


def kafka_arn(names: Names, kind: str, cluster: str, name: str = "") -> str:
    """The ARN of a cluster, topic, group or transactional id, with the cluster's uuid left open.

    MSK closes a cluster's ARN with a uuid that exists only once the cluster does:
    `arn:…:topic/<cluster>/<uuid>/<topic>`. Left open as `*`, the ARN is a literal that the gate can evaluate, that a
    team's stack writes without a look-up, and that survives the cluster being made again. It is not wider: cluster
    names are unique in account and region, and neither they nor topics can hold a slash, so the star can stand for
    the uuid alone.

    Args:
        names: the environment's names.
        kind: `cluster`, `topic`, `group` or `transactional-id`.
        cluster: the cluster's name.
        name: the topic, group or transactional id; none for the cluster.
    """
    return names.arn("kafka", f"{kind}/{cluster}/*" + (f"/{name}" if name else ""))


class KafkaAccess(Construct):
    """A Kafka cluster as others see it: its name, and the verbs that open topics to roles.

    Args:
        scope: where it stands.
        id: PascalCase id.
        cluster_name: the physical name.

    Attributes:
        name: the physical name, a literal.
    """

    def __init__(self, scope: Construct, id: str, *, cluster_name: str) -> None:
        super().__init__(scope, id)
        self.name: Final = cluster_name

    @property
    def arn(self) -> str:
        """The cluster's ARN, known once it exists."""
        raise NotImplementedError

    @property
    def bootstrap_brokers(self) -> str:
        """Where clients with IAM credentials connect, known once the cluster exists."""
        raise NotImplementedError

    def allow_from_engine(self, security_group_id: str) -> Any:  # noqa: ARG002  for clusters that have a door
        """Let an engine's workers connect where the cluster names who may.

        Returns:
            the rule that lets them in, for the engine to wait for; None where the whole network may knock already, or
            the cluster is another stack's, which then has to admit them.
        """
        return None

    def grant_produce(self, grantee: Grantee, *, topic: str, transactional_id: str | None = None) -> None:
        """Let a role write to a topic, idempotently, and in transactions where an id is named.

        Args:
            grantee: a role construct, or the name or ARN of a role of this account.
            topic: a topic, or a prefix with a star, such as `orders.*`.
            transactional_id: the id of exactly-once writers, or a prefix with a star.

        Raises:
            ConstructError: no name that Kafka allows, or a bare star.
        """
        self._allow(grantee, "ProduceConnect", CONNECT_TO_PRODUCE, "cluster")
        self._allow(grantee, "Produce", PRODUCE, "topic", topic)
        if transactional_id is not None:
            self._allow(grantee, "Transact", TRANSACT, "transactional-id", transactional_id)

    def grant_consume(self, grantee: Grantee, *, topic: str, group: str) -> None:
        """Let a role read a topic as a member of a consumer group, and of no other group.

        Args:
            grantee: a role construct, or the name or ARN of a role of this account.
            topic: a topic, or a prefix with a star.
            group: the consumer group, or a prefix with a star.

        Raises:
            ConstructError: no name that Kafka allows, or a bare star.
        """
        self._allow(grantee, "ConsumeConnect", CONNECT, "cluster")
        self._allow(grantee, "Consume", CONSUME, "topic", topic)
        self._allow(grantee, "ConsumeGroup", GROUP, "group", group)

    def grant_manage_topics(self, grantee: Grantee, *, topic: str) -> None:
        """Let a role create and alter topics, not read, write or delete them.

        Brokers make no topic by themselves here, so that a misspelt name is an error and not a new topic.
        """
        self._allow(grantee, "ManageConnect", CONNECT, "cluster")
        self._allow(grantee, "ManageTopics", MANAGE, "topic", topic)

    def statement(self, sid: str, actions: Sequence[str], kind: str, name: str = "") -> Statement:
        """An identity statement for the cluster, or for a topic, group or transactional id of it."""
        if kind != "cluster":
            check_resource(self, kind, name)
        return statement(sid, actions, [kafka_arn(environment_of(self).names, kind, self.name, name)])

    def _allow(self, grantee: Grantee, sid: str, actions: Sequence[str], kind: str, name: str = "") -> None:
        resolve_grantee(self, grantee).allow(self.statement(sid, actions, kind, name))


def check_resource(scope: Construct, kind: str, name: str) -> str:
    """The name of a topic, group or transactional id, or of a prefix of them.

    Raises:
        ConstructError: Kafka allows no such name, or the star stands alone or not at the end.
    """
    if not (_RESOURCE.match(name) or _PREFIX.match(name)):
        raise ConstructError(
            scope,
            f"{name!r} is no {kind} and no prefix of one",
            fix="letters, digits, dot, underscore and hyphen; a star only at the end of a prefix, as in `orders.*`",
        )
    return name
