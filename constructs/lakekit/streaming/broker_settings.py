"""What Kafka brokers are told: settings that keep acknowledged records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError

REPLICAS: Final = 3


def _fixed(brokers: int) -> dict[str, str]:
    """What a cluster may not differ in: it could lose what it has acknowledged, or let in whom nobody granted."""
    # Three copies, two of them acknowledged: one broker or zone can go without loss and without a pause. The two
    # brokers of a small environment hold two copies.
    replicas = min(REPLICAS, brokers)
    in_sync = max(1, replicas - 1)
    return {
        # A topic exists because somebody decided so: a misspelt name is an error.
        "auto.create.topics.enable": "false",
        "default.replication.factor": str(replicas),
        "min.insync.replicas": str(in_sync),
        "offsets.topic.replication.factor": str(replicas),
        "transaction.state.log.replication.factor": str(replicas),
        "transaction.state.log.min.isr": str(in_sync),
        # A replica that lags never leads: that would drop records which producers were told are safe.
        "unclean.leader.election.enable": "false",
        # Without an ACL nobody gets in; IAM decides.
        "allow.everyone.if.no.acl.found": "false",
    }


_TRANSPORT: Final = ("listener", "advertised.listener", "security.", "sasl.", "ssl.", "authorizer.", "inter.broker.")


def server_properties(
    scope: Construct, *, brokers: int, retention_hours: int, further: Mapping[str, str]
) -> dict[str, str]:
    """The server properties of a cluster.

    Args:
        scope: the cluster.
        brokers: how many there are; topics get as many partitions unless they say otherwise.
        retention_hours: how long records stay; 168 is Kafka's own default.
        further: other properties, as MSK allows them.

    Raises:
        ConstructError: one of the properties is fixed here, or is about listeners and who may speak to them.
    """
    fixed = _fixed(brokers)
    for key in further:
        if key in fixed:
            raise ConstructError(
                scope,
                f"properties sets {key} to {further[key]!r}; it is {fixed[key]}, for the sake of acknowledged records",
                fix="leave it out; what may differ can differ per topic",
            )
        if key.startswith(_TRANSPORT):
            raise ConstructError(
                scope,
                f"properties sets {key}: brokers listen to TLS with IAM and to nothing else",
                fix="leave it out; grant_produce and grant_consume let roles in",
            )
    return {
        **fixed,
        "num.partitions": str(brokers),
        "log.retention.hours": str(retention_hours),
        **further,
    }


def render(properties: Mapping[str, str]) -> str:
    """The text of a properties file, sorted."""
    return "".join(f"{key}={properties[key]}\n" for key in sorted(properties))


def fingerprint(text: str) -> str:
    """Eight hex digits of the content, for the configuration's name.

    A configuration in use cannot be deleted, and its revisions can only be added to: with the content in the name, a
    change makes a new one, moves the brokers over, and removes the old one.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:8]
