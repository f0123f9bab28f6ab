"""IAM statements for Kafka clusters, topics, consumer groups and transactional ids."""

from __future__ import annotations

import re
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit.naming import Names

# Characters that Kafka allows in topics, groups and transactional ids; a wildcard only at the end, after a prefix.
_RESOURCE: Final = re.compile(r"[A-Za-z0-9._-]{1,249}\Z")
_PREFIX: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{1,247}\*\Z")

CONNECT: Final = ("kafka-cluster:Connect",)
# Producers are idempotent by default since Kafka 3.0 (KIP-679), which requires a permission on the cluster.
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
    """Return the ARN of a cluster, topic, group or transactional id, with `*` in place of the cluster's UUID.

    The ARN of a cluster ends in a UUID that is known after apply only: `arn:…:topic/<cluster>/<uuid>/<topic>`. With
    `*` in its place the ARN is a literal: the gate can evaluate it, stacks of teams need no look-up, and it stays valid
    for a recreated cluster. It grants no more than the full ARN: cluster names are unique in account and region, and
    neither they nor topics can contain a slash, so the wildcard matches the UUID only.

    Args:
        names: names of the environment.
        kind: `cluster`, `topic`, `group` or `transactional-id`.
        cluster: physical name of the cluster.
        name: the topic, group or transactional id; empty for the cluster.
    """
    return names.arn("kafka", f"{kind}/{cluster}/*" + (f"/{name}" if name else ""))


def check_resource(scope: Construct, kind: str, name: str) -> str:
    """Check the name or the prefix of topics, groups or transactional ids, and return it.

    Raises:
        ConstructError: not a name that Kafka allows, or a wildcard without a prefix or not at the end.
    """
    if not (_RESOURCE.match(name) or _PREFIX.match(name)):
        raise ConstructError(
            scope,
            f"{name!r} is not a {kind} and not a prefix of one",
            fix="use letters, digits, dot, underscore and hyphen; `*` only at the end of a prefix, as in `orders.*`",
        )
    return name
