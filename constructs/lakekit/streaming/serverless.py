"""Kafka on Amazon MSK, serverless."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.disposal import is_disposable, mark
from lakekit.naming import fit, slug
from lakekit.network import Network, NetworkReference
from lakekit.operations import Alarm
from lakekit.stack import environment_of
from lakekit.streaming.access import KafkaAccess
from lakekit.streaming.cluster import MAX_NAME
from lakekit.streaming.placement import BrokerDoor, check_network
from lakekit.streaming.watch import show_topics, watch_lag


class KafkaServerless(KafkaAccess):
    """An MSK Serverless cluster: no brokers to size, IAM alone, billed by partition and traffic.

    AWS encrypts it with a key of its own and takes no other (MSK Serverless, "Data protection"): where the key has to
    be yours, use KafkaCluster. A quiet cluster costs about 550 USD a month in us-east-1 (0.75 an hour); below that
    traffic a small provisioned cluster is cheaper, and steadier. It has metrics of topics and of consumer groups and
    none of itself, so there is nothing to ring on but readers that fall behind (`watch_lag`).

    Args:
        scope: where it stands.
        id: PascalCase id; the cluster's word unless `name` is given.
        network: a DataNetwork or NetworkReference of two zones or more; the environment's by default.
        client_security_group_ids: groups whose members may connect; by default whatever is in the network may knock.
        name: kebab-case word; the physical name is `<organization>-<environment>-<name>`.
        disposable: topics may be destroyed with the cluster; the tier decides by default.

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
        disposable: bool | None = None,
    ) -> None:
        environment = environment_of(scope)
        super().__init__(scope, id, cluster_name=fit(environment.names.resource(name or slug(id)), MAX_NAME))
        network = network or NetworkReference.of(self)
        check_network(self, network, at_least=2)
        self.door: Final = BrokerDoor(
            self, "Door", network=network, name=f"{self.name}-brokers", clients=client_security_group_ids
        )
        module = aws.msk_serverless_cluster
        prefix = "MskServerlessClusterClientAuthentication"
        iam = getattr(module, f"{prefix}SaslIam")(enabled=True)
        self.resource: Final[Any] = module.MskServerlessCluster(
            self,
            "Cluster",
            cluster_name=self.name,
            tags=mark(is_disposable(self, disposable)),
            client_authentication=getattr(module, prefix)(sasl=getattr(module, f"{prefix}Sasl")(iam=iam)),
            vpc_config=[
                module.MskServerlessClusterVpcConfig(
                    subnet_ids=list(network.subnet_ids), security_group_ids=[self.door.group.id]
                )
            ],
            lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=environment.defaults.prevent_destroy or None),
        )
        show_topics(self, cluster=self.name, title=self.node.id)

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

    def admit(self, security_group_id: str) -> None:
        """Let members of a security group connect."""
        self.door.admit(security_group_id)

    def admit_engine(self, security_group_id: str) -> Any:
        """Let an engine's workers connect, unless the whole network may."""
        return None if self.door.is_open else self.door.admit(security_group_id)

    def watch_lag(self, *, topic: str, group: str, minutes: int = 15) -> Alarm:
        """Ring when a consumer group is so many minutes behind on a topic."""
        return watch_lag(self, cluster=self.name, topic=topic, group=group, minutes=minutes)
