"""What Kafka brokers are told: settings that keep acknowledged records."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit_policies.shared.tier_limits import KAFKA_RETENTION_HOURS, MIN_OFFSETS_RETENTION_MINUTES

REPLICAS: Final = 3


def _fixed_properties(brokers: int) -> dict[str, str]:
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


# A key as Kafka names them, so that none is ours in another spelling; a value on one line, without escapes.
_KEY: Final = re.compile(r"[a-z][a-z0-9]*(?:\.[a-z0-9]+)*\Z")
_VALUE: Final = re.compile(r"[^\\\x00-\x1f]+\Z")
_TRANSPORT: Final = (
    "listener",
    "advertised.listener",
    "security.",
    "sasl.",
    "ssl.",
    "authorizer.",
    "inter.broker.",
    "super.",
    "principal.",
)


def server_properties(
    scope: Construct, *, brokers: int, retention_hours: int, further: Mapping[str, str]
) -> dict[str, str]:
    """The server properties of a cluster.

    Args:
        scope: the cluster.
        brokers: how many there are; topics get as many partitions unless they say otherwise.
        retention_hours: how long records stay, 1 to 87,600; 168 is Kafka's own default.
        further: other properties, as MSK allows them.

    Raises:
        ConstructError: records would go at once or stay for ever; one of the properties is no property, is fixed
            here, says again how long records stay, or is about listeners and who may speak to them.
    """
    if retention_hours not in KAFKA_RETENTION_HOURS:
        raise ConstructError(
            scope,
            f"retention_hours {retention_hours} is not between 1 and {KAFKA_RETENTION_HOURS[-1]}",
            fix="use 168; what has to stay longer belongs into a table",
        )
    fixed = _fixed_properties(brokers)
    for key, value in further.items():
        if not (_KEY.match(key) and isinstance(value, str) and _VALUE.match(value)):
            raise ConstructError(
                scope, f"properties sets {key!r} to {value!r}", fix="write a key of Kafka's, and text on one line"
            )
        if key in fixed:
            raise ConstructError(
                scope,
                f"properties sets {key} to {value!r}; it is {fixed[key]}, for the sake of acknowledged records",
                fix="leave it out; what may differ can differ per topic",
            )
        if key.startswith(_TRANSPORT):
            raise ConstructError(
                scope,
                f"properties sets {key}: brokers listen to TLS with IAM and to nothing else",
                fix="leave it out; grant_produce and grant_consume let roles in",
            )
        if key.startswith(("log.retention.", "log.cleanup.")):
            raise ConstructError(
                scope,
                f"properties sets {key}: how long a cluster's records stay is retention_hours alone",
                fix="pass retention_hours; a topic may differ by a setting of its own, such as cleanup.policy=compact",
            )
        if key == "offsets.retention.minutes" and not (value.isdigit() and int(value) >= MIN_OFFSETS_RETENTION_MINUTES):
            raise ConstructError(
                scope,
                f"properties sets {key} to {value!r}: groups that pause forget where they were",
                fix=f"leave it out, or use {MIN_OFFSETS_RETENTION_MINUTES} or more",
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
