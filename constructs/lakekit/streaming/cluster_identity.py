"""Identity of a Kafka cluster of this stack or of another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.iam import Statement, statement
from lakekit.naming import Names, fit
from lakekit.streaming.kafka_access import check_resource, kafka_arn

# Cluster names have at most 64 characters (MSK CreateCluster).
MAX_NAME: Final = 64


def cluster_name(names: Names, short_name: str) -> str:
    """Return the physical name of a cluster."""
    return fit(names.resource(short_name), MAX_NAME)


class KafkaClusterIdentity(Construct):
    """Kafka cluster of this stack or of another one: names, ARN, bootstrap brokers and IAM statements.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: short name of the cluster.

    Attributes:
        short_name: short name.
        name: physical name, a literal.
    """

    def __init__(self, scope: Construct, id: str, *, name: str) -> None:
        super().__init__(scope, id)
        self.short_name: Final = name
        self.name: Final = cluster_name(environment_of(self).names, name)

    @property
    def arn(self) -> str:
        """ARN of the cluster, known after apply."""
        raise NotImplementedError

    @property
    def bootstrap_brokers(self) -> str:
        """Bootstrap brokers for IAM over TLS, known after apply."""
        raise NotImplementedError

    def allow_from_engine(
        self,
        security_group_id: str,  # noqa: ARG002  for clusters with a security group
    ) -> aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule | None:
        """Allow the workers of an engine to connect.

        Returns:
            the security group rule, for the engine to depend on; None if the whole VPC is allowed already, or if the
            cluster belongs to another stack, which then has to allow the workers.
        """
        return None

    def statement(self, sid: str, actions: Sequence[str], kind: str, name: str = "") -> Statement:
        """Return an IAM statement for the cluster, or for a topic, group or transactional id of it."""
        if kind != "cluster":
            check_resource(self, kind, name)
        return statement(sid, actions, [kafka_arn(environment_of(self).names, kind, self.name, name)])
