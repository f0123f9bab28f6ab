"""Kafka on Amazon MSK, serverless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.monitoring import Alarm
from lakekit.naming import fit, slug
from lakekit.network import Network, NetworkReference
from lakekit.streaming.broker_security_group import BrokerSecurityGroup, check_network
from lakekit.streaming.cluster import MAX_NAME
from lakekit.streaming.cluster_monitoring import add_topic_widgets, alarm_on_consumer_lag
from lakekit.streaming.kafka_access import KafkaAccess


class KafkaServerless(KafkaAccess):
    """An MSK Serverless cluster: no brokers to size, IAM alone, billed by partition and traffic.

    AWS encrypts it with a key of its own and takes no other (MSK Serverless, "Data protection"): where the key has to
    be yours, use KafkaCluster. A quiet cluster costs about 550 USD a month in us-east-1 (0.75 an hour); below that
    traffic a small provisioned cluster is cheaper, and steadier. It has metrics of topics and of consumer groups and
    none of itself, so there is nothing to ring on but readers that fall behind (`alarm_on_consumer_lag`).

    Args:
        scope: where it stands.
        id: PascalCase id; the cluster's short name unless `name` is given.
        network: a DataVpc or NetworkReference of two zones or more; the environment's by default.
        client_security_group_ids: groups whose members may connect; by default whatever is in the network may knock.
        name: kebab-case name; the physical name is `<organization>-<environment>-<name>`.
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
        super().__init__(scope, id, cluster_name=fit(environment.names.resource(name or slug(id)), MAX_NAME))
        network = network or NetworkReference.of(self)
        check_network(self, network, at_least=2)
        self.security_group: Final = BrokerSecurityGroup(
            self, "Door", network=network, name=f"{self.name}-brokers", clients=client_security_group_ids
        )
        module = aws.msk_serverless_cluster
        prefix = "MskServerlessClusterClientAuthentication"
        iam = getattr(module, f"{prefix}SaslIam")(enabled=True)
        self.resource: Final[Any] = module.MskServerlessCluster(
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

    @property
    def arn(self) -> str:
        """The cluster's ARN, known once it exists."""
        arn: str = self.resource.arn
        return arn

    @property
    def bootstrap_brokers(self) -> str:
        """Where clients with IAM credentials connect, known once the cluster exists."""
        brokers: str = self.resource.bootstrap_brokers_sasl_iam
        return brokers

    def allow_from(self, security_group_id: str) -> None:
        """Let members of a security group connect."""
        self.security_group.allow_from(security_group_id)

    def allow_from_engine(self, security_group_id: str) -> Any:
        """Let an engine's workers connect, unless the whole network may."""
        return None if self.security_group.allows_whole_vpc else self.security_group.allow_from(security_group_id)

    def alarm_on_consumer_lag(self, *, topic: str, group: str, minutes: int = 15) -> Alarm:
        """Ring when a consumer group is so many minutes behind on a topic."""
        return alarm_on_consumer_lag(self, cluster=self.name, topic=topic, group=group, minutes=minutes)
