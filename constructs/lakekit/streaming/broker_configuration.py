"""Server properties of Kafka brokers, with durability and authorization fixed."""

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
    """Broker properties that cannot be overridden (durability, authorization)."""
    # Three replicas, two of them acknowledged: losing one broker or zone loses no record and stops no writer. The two
    # brokers of a small environment hold two replicas.
    replicas = min(REPLICAS, brokers)
    in_sync = max(1, replicas - 1)
    return {
        # Topics are created explicitly: a misspelled name is an error.
        "auto.create.topics.enable": "false",
        "default.replication.factor": str(replicas),
        "min.insync.replicas": str(in_sync),
        "offsets.topic.replication.factor": str(replicas),
        "transaction.state.log.replication.factor": str(replicas),
        "transaction.state.log.min.isr": str(in_sync),
        # An out-of-sync replica never becomes leader: that would drop acknowledged records.
        "unclean.leader.election.enable": "false",
        # Without an ACL access is denied; IAM decides.
        "allow.everyone.if.no.acl.found": "false",
    }


# Kafka's own spelling of keys, so that no fixed key can be set in another spelling; a one-line value without escapes.
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
    scope: Construct, *, brokers: int, retention_hours: int, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Return the server properties of a cluster.

    Args:
        scope: the cluster.
        brokers: number of brokers; also the default number of partitions of a topic.
        retention_hours: retention of records, 1 to 87,600 hours; Kafka's own default is 168.
        overrides: further properties, as MSK allows them.

    Raises:
        ConstructError: retention_hours is out of range, or a property is malformed, fixed here, a second setting of
            the retention, or a setting of listeners and authorization.
    """
    if retention_hours not in KAFKA_RETENTION_HOURS:
        raise ConstructError(
            scope,
            f"retention_hours {retention_hours} is not between 1 and {KAFKA_RETENTION_HOURS[-1]}",
            fix="use 168; store records that must stay longer in a table",
        )
    fixed = _fixed_properties(brokers)
    for key, value in overrides.items():
        if not (_KEY.match(key) and isinstance(value, str) and _VALUE.match(value)):
            raise ConstructError(
                scope,
                f"properties sets {key!r} to {value!r}: not a valid property",
                fix="use a property name of Kafka and a one-line string",
            )
        if key in fixed:
            raise ConstructError(
                scope,
                f"properties sets {key} to {value!r}; it is fixed to {fixed[key]} to keep acknowledged records",
                fix="remove it; override it per topic where Kafka allows that",
            )
        if key.startswith(_TRANSPORT):
            raise ConstructError(
                scope,
                f"properties sets {key}: brokers accept TLS with IAM only",
                fix='remove it; grant access with cluster.topic("…").grant_read and grant_write',
            )
        if key.startswith(("log.retention.", "log.cleanup.")):
            raise ConstructError(
                scope,
                f"properties sets {key}: the cluster's retention is set by retention_hours only",
                fix="pass retention_hours; a topic may override it, such as with cleanup.policy=compact",
            )
        if key == "offsets.retention.minutes" and not (value.isdigit() and int(value) >= MIN_OFFSETS_RETENTION_MINUTES):
            raise ConstructError(
                scope,
                f"properties sets {key} to {value!r}: paused consumer groups would lose their offsets",
                fix=f"remove it, or use {MIN_OFFSETS_RETENTION_MINUTES} or more",
            )
    return {
        **fixed,
        "num.partitions": str(brokers),
        "log.retention.hours": str(retention_hours),
        **overrides,
    }


def render(properties: Mapping[str, str]) -> str:
    """Return the sorted text of a properties file."""
    return "".join(f"{key}={properties[key]}\n" for key in sorted(properties))


def fingerprint(text: str) -> str:
    """Return eight hex digits of the content's SHA-256, for the configuration's name.

    A configuration in use cannot be deleted, and revisions can only be added. With the content hash in the name, a
    change creates a new configuration, moves the brokers to it, and deletes the old one.
    """
    return hashlib.sha256(text.encode()).hexdigest()[:8]
