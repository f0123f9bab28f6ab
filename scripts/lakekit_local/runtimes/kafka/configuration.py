"""Configuration of a broker: one node in KRaft mode on loopback addresses, with the settings of the MSK cluster that
one broker can keep."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lakekit_local.runtimes.kafka.certificates import AUTHORITY, BROKER

_ONE_BROKER: Final = {
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "offsets.topic.num.partitions": "10",
    "transaction.state.log.num.partitions": "10",
    "group.initial.rebalance.delay.ms": "0",
}
"""What a single broker needs, whatever the configuration of the cluster states."""
# Settings of MSK configurations that concern several brokers, zones or tiers of storage.
_IGNORED: Final = (
    "replica.selector.class",
    "unclean.leader.election.enable",
    "num.replica.fetchers",
    "remote.log.",
    "zookeeper.",
    "allow.everyone.if.no.acl.found",
)


def broker_properties(folder: Path, ports: Mapping[str, int], server: Mapping[str, str]) -> str:
    """The properties file of a broker.

    Args:
        folder: folder of the broker.
        ports: ports of the listeners CLIENT, INTERNAL and CONTROLLER.
        server: settings of the cluster's configuration.
    """
    given = {name: value for name, value in server.items() if not name.startswith(_IGNORED)}
    host = "127.0.0.1"
    listeners = {name: f"{name}://{host}:{port}" for name, port in ports.items()}
    own: dict[str, Any] = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{host}:{ports['CONTROLLER']}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "INTERNAL",
        "listeners": ",".join(listeners.values()),
        "advertised.listeners": ",".join(
            [f"CLIENT://localhost:{ports['CLIENT']}", listeners["INTERNAL"], listeners["CONTROLLER"]]
        ),
        "listener.security.protocol.map": "CLIENT:SASL_SSL,INTERNAL:SSL,CONTROLLER:SSL",
        "log.dirs": str(folder / "data"),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(folder / BROKER),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(folder / AUTHORITY),
        "listener.name.internal.ssl.client.auth": "required",
        "listener.name.controller.ssl.client.auth": "required",
        "sasl.enabled.mechanisms": "AWS_MSK_IAM,OAUTHBEARER",
        "listener.name.client.aws_msk_iam.sasl.jaas.config": "lakekit.kafka.IamLoginModule required;",
        "listener.name.client.oauthbearer.sasl.jaas.config": (
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"
        ),
        "listener.name.client.oauthbearer.sasl.server.callback.handler.class": "lakekit.kafka.BearerHandler",
        "connections.max.reauth.ms": "3600000",
        "principal.builder.class": "lakekit.kafka.IamPrincipalBuilder",
        "authorizer.class.name": "lakekit.kafka.IamAuthorizer",
    }
    settings = {"log.cleaner.dedupe.buffer.size": "4194304", **given, **_ONE_BROKER, **own}
    return "".join(f"{name}={value}\n" for name, value in settings.items())


LOGGING: Final = """\
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = Out
appender.out.type = Console
appender.out.name = Out
appender.out.target = SYSTEM_ERR
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %p %c{1}: %m%n
"""
