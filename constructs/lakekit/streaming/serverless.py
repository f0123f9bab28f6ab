"""Kafka clusters on MSK Serverless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.naming import slug
from lakekit.network import Network, VpcReference
from lakekit.streaming.broker_security_group import BrokerSecurityGroup, check_network
from lakekit.streaming.cluster_base import KafkaClusterBase
from lakekit.streaming.cluster_monitoring import add_topic_widgets
from lakekit.streaming.reference import KafkaServerlessReference


class KafkaServerless(KafkaClusterBase):
    """MSK Serverless cluster: no brokers to size, IAM authentication only, billed by partition and traffic.

    MSK Serverless encrypts with an AWS owned key only (MSK Serverless, "Data protection"): where a customer managed
    key is required, use KafkaCluster. An idle cluster costs about 550 USD a month in us-east-1 (0.75 an hour); below
    that traffic a small provisioned cluster is cheaper. Metrics exist for topics and consumer groups but not for the
    cluster, so the only alarm is on consumer lag (`Topic.alarm_on_consumer_lag`).

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        network: a DataVpc or VpcReference of two zones or more; the environment's by default.
        client_security_group_ids: groups whose members may connect; by default every client in the VPC may connect.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<name>`.
        force_destroy: topics may be destroyed with the cluster; the tier decides by default.

    Attributes:
        name: physical name, a literal.
        resource: the `aws_msk_serverless_cluster`.

    Raises:
        ConstructError: too few zones, or a public subnet.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        network: Network | None = None,
        client_security_group_ids: Sequence[str] = (),
        name: str | None = None,
        force_destroy: bool | None = None,
    ) -> None:
        environment = environment_of(scope)
        super().__init__(scope, id, name=name or slug(id))
        network = network or VpcReference.of_stack(self)
        check_network(self, network, at_least=2)
        self.security_group: Final = BrokerSecurityGroup(
            self, "Door", network=network, name=f"{self.name}-brokers", clients=client_security_group_ids
        )
        module = aws.msk_serverless_cluster
        prefix = "MskServerlessClusterClientAuthentication"
        iam = getattr(module, f"{prefix}SaslIam")(enabled=True)
        self.resource: Final = module.MskServerlessCluster(
            self,
            "Cluster",
            cluster_name=self.name,
            tags=force_destroy_tags(resolve_force_destroy(self, force_destroy)),
            client_authentication=getattr(module, prefix)(sasl=getattr(module, f"{prefix}Sasl")(iam=iam)),
            vpc_config=[
                module.MskServerlessClusterVpcConfig(
                    subnet_ids=list(network.subnet_ids), security_group_ids=[self.security_group.group.id]
                )
            ],
            lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=environment.defaults.prevent_destroy or None),
        )
        add_topic_widgets(self, cluster=self.name, title=self.node.id)

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> KafkaServerlessReference:
        """Return a reference to a serverless cluster of another stack.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: short name of the cluster: `streaming.additional_serverless_cluster` of the environment file, or
                `streaming.kafka.name` if `streaming.kafka.kind` is serverless.

        Raises:
            ConstructError: the environment has no serverless cluster of that name.
        """
        return KafkaServerlessReference(scope, id, name)

    @property
    def arn(self) -> str:
        """ARN of the cluster, known after apply."""
        return str(self.resource.arn)

    @property
    def bootstrap_brokers(self) -> str:
        """Bootstrap brokers for IAM over TLS, known after apply."""
        return str(self.resource.bootstrap_brokers_sasl_iam)

    def allow_from(self, security_group_id: str) -> None:
        """Allow members of a security group to connect to the brokers."""
        self.security_group.allow_from(security_group_id)

    def allow_from_engine(
        self, security_group_id: str
    ) -> aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule | None:
        """Allow the workers of an engine to connect, unless the whole VPC is allowed already; return the rule."""
        return None if self.security_group.allows_whole_vpc else self.security_group.allow_from(security_group_id)
