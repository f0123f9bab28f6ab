"""References to Kafka clusters of the environment."""

from __future__ import annotations

from functools import cached_property

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.environment import KafkaKind
from lakekit.errors import ConstructError
from lakekit.streaming.cluster_base import KafkaClusterBase


class KafkaReference(KafkaClusterBase):
    """Provisioned cluster of another stack; `KafkaCluster.from_name` returns one.

    Grants need no look-up. Only a construct that needs the ARN or the bootstrap brokers (a connector, a Flink
    application) causes one, at plan time.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the cluster: `streaming.kafka.name` of the environment file.

    Attributes:
        short_name: short name.
        name: physical name, a literal.

    Raises:
        ConstructError: the environment has no provisioned cluster of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id, name=name)
        kafka = environment_of(self).streaming.kafka
        known = [kafka.name] if kafka.kind is KafkaKind.PROVISIONED else []
        _check_known(self, "provisioned", name, known, key="streaming.kafka.name")

    @cached_property
    def lookup(self) -> aws.data_aws_msk_cluster.DataAwsMskCluster:
        """The `aws_msk_cluster` data source, created on first use."""
        return aws.data_aws_msk_cluster.DataAwsMskCluster(self, "Cluster", cluster_name=self.name)

    @property
    def arn(self) -> str:
        """ARN of the cluster, looked up at plan time."""
        return str(self.lookup.arn)

    @property
    def bootstrap_brokers(self) -> str:
        """Bootstrap brokers for IAM over TLS, looked up at plan time."""
        return str(self.lookup.bootstrap_brokers_sasl_iam)


class KafkaServerlessReference(KafkaClusterBase):
    """MSK Serverless cluster of another stack; `KafkaServerless.from_name` returns one.

    It has grants and lag alarms but neither ARN nor bootstrap brokers: the AWS provider has no look-up of a serverless
    cluster by name. Put constructs that need them into the stack of the cluster.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the cluster: `streaming.additional_serverless_cluster` of the environment file, or
            `streaming.kafka.name` if `streaming.kafka.kind` is serverless.

    Attributes:
        short_name: short name.
        name: physical name, a literal.

    Raises:
        ConstructError: the environment has no serverless cluster of that name.
    """

    def __init__(self, scope: Construct, id: str, name: str) -> None:
        super().__init__(scope, id, name=name)
        streaming = environment_of(self).streaming
        known = [streaming.kafka.name] if streaming.kafka.kind is KafkaKind.SERVERLESS else []
        if streaming.additional_serverless_cluster:
            known.append(streaming.additional_serverless_cluster)
        _check_known(self, "serverless", name, known, key="streaming.additional_serverless_cluster")

    @property
    def arn(self) -> str:
        """Not available; raises a ConstructError."""
        raise self._no_lookup("ARN")

    @property
    def bootstrap_brokers(self) -> str:
        """Not available; raises a ConstructError."""
        raise self._no_lookup("bootstrap brokers")

    def _no_lookup(self, attribute: str) -> ConstructError:
        return ConstructError(
            self,
            f"the {attribute} of the serverless cluster {self.short_name} cannot be looked up from another stack",
            fix="create the construct in the stack of the cluster, or use a provisioned cluster",
        )


def _check_known(scope: KafkaClusterBase, kind: str, name: str, known: list[str], *, key: str) -> None:
    environment = environment_of(scope)
    if not environment.streaming.enabled:
        raise ConstructError(
            scope,
            f"{environment.name} has no Kafka cluster {name!r}: streaming is disabled",
            fix=f"set streaming.enabled: true in {environment.name}.yaml",
        )
    if name not in known:
        raise ConstructError(
            scope,
            f"{environment.name} has no {kind} Kafka cluster {name!r}; known: {', '.join(known) or 'none'}",
            fix=f"use a known name, or set {key} in {environment.name}.yaml",
        )
