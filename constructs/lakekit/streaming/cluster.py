"""Provisioned Kafka clusters on Amazon MSK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.monitoring import LogGroup
from lakekit.naming import slug
from lakekit.network import Network, VpcReference
from lakekit.storage import EncryptionKey
from lakekit.streaming.broker_configuration import fingerprint, render, server_properties
from lakekit.streaming.broker_security_group import BrokerSecurityGroup, check_network
from lakekit.streaming.cluster_base import KafkaClusterBase
from lakekit.streaming.cluster_monitoring import ClusterMonitoring
from lakekit.streaming.cluster_policy import ClusterPolicy
from lakekit.streaming.cluster_resource import create_cluster
from lakekit.streaming.cluster_validation import BROKER_TYPE, KAFKA_VERSION, STORAGE_GIB, check_cluster
from lakekit.streaming.reference import KafkaReference
from lakekit.streaming.storage_scaling import StorageScaling


class KafkaCluster(KafkaClusterBase):
    """MSK cluster with Graviton brokers in three zones, IAM over TLS, a customer managed key, logs and storage scaling.

    The defaults are the production configuration: three replicas of each record, two of them acknowledged, no unclean
    leader election, no automatic creation of topics, seven days of retention.

    Three `kafka.m7g.large` with 100 GiB each cost about 477 USD a month in us-east-1 (0.204 an hour, 0.10 a GB-month).

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        network: a DataVpc or VpcReference; the environment's by default. Three zones, two in sandbox and dev.
        client_security_group_ids: groups whose members may connect; by default every client in the VPC may connect.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<name>`.
        brokers: number of brokers, a multiple of the zones; one per zone by default.
        broker_type: `kafka.m7g.large` by default.
        storage_gib: initial volume size of each broker in GiB; 100 by default. MSK expands it.
        max_storage_gib: limit of the expansion in GiB; ten times `storage_gib` by default. Volumes never shrink.
        retention_hours: retention of records in hours unless a topic overrides it, 1 to 87,600; 168 by default.
        kafka_version: `3.9.x.kraft` by default.
        properties: further server properties; properties that protect data cannot be overridden.
        multi_vpc: private connectivity for Firehose and for other accounts (billed by hour and GB); off by default.
        force_destroy: topics may be destroyed with the cluster; the tier decides by default.

    Attributes:
        name: physical name, a literal.
        short_name: short name.
        key: EncryptionKey of volumes and logs.
        logs: LogGroup of the brokers.
        configuration: the `aws_msk_configuration`.
        resource: the `aws_msk_cluster`.
        policy: ClusterPolicy; creates its resource when something is shared.

    Raises:
        ConstructError: the number of brokers does not fit the zones, too few zones, a public subnet, or a broker type,
            version, size or property that is not allowed.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        network: Network | None = None,
        client_security_group_ids: Sequence[str] = (),
        name: str | None = None,
        brokers: int | None = None,
        broker_type: str = BROKER_TYPE,
        storage_gib: int = 100,
        max_storage_gib: int | None = None,
        retention_hours: int = 168,
        kafka_version: str = KAFKA_VERSION,
        properties: Mapping[str, str] | None = None,
        multi_vpc: bool = False,
        force_destroy: bool | None = None,
    ) -> None:
        environment = environment_of(scope)
        super().__init__(scope, id, name=name or slug(id))
        self.network: Final = network or VpcReference.of_stack(self)
        self.subnet_ids: Final = tuple(self.network.subnet_ids)
        self.brokers: Final = len(self.subnet_ids) if brokers is None else brokers
        self.multi_vpc: Final = multi_vpc
        max_gib = min(storage_gib * 10, STORAGE_GIB[-1]) if max_storage_gib is None else max_storage_gib
        check_network(self, self.network, at_least=2 if environment.defaults.allow_force_destroy else 3)
        check_cluster(
            self,
            zones=len(self.subnet_ids),
            brokers=self.brokers,
            broker_type=broker_type,
            kafka_version=kafka_version,
            storage_gib=storage_gib,
            max_gib=max_gib,
            multi_vpc=multi_vpc,
        )
        text = render(
            server_properties(
                self, brokers=self.brokers, retention_hours=retention_hours, overrides=dict(properties or {})
            )
        )
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=f"kafka-{self.short_name}",
            description=f"Encrypts Kafka {self.name}: disks and broker logs",
            force_destroy=force_destroy,
        )
        self.logs: Final = LogGroup(self, "Logs", path=f"kafka/{self.short_name}", key=self.key)
        self.configuration: Final = aws.msk_configuration.MskConfiguration(
            self,
            "Configuration",
            name=f"{self.name}-{fingerprint(text)}",
            description=f"Server properties of {self.name}",
            server_properties=text,
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
        )
        self.security_group: Final = BrokerSecurityGroup(
            self, "Door", network=self.network, name=f"{self.name}-brokers", clients=client_security_group_ids
        )
        self.resource: Final = create_cluster(
            self,
            name=self.name,
            kafka_version=kafka_version,
            brokers=self.brokers,
            broker_type=broker_type,
            storage_gib=storage_gib,
            subnet_ids=self.subnet_ids,
            security_group=self.security_group.group.id,
            multi_vpc=multi_vpc,
            key=self.key,
            logs=self.logs,
            configuration=self.configuration,
            force_destroy=resolve_force_destroy(self, force_destroy),
        )
        self.scaling: Final = StorageScaling(
            self, "Storage", cluster_arn=self.resource.arn, name=self.name, max_gib=max_gib
        )
        self.monitoring: Final = ClusterMonitoring(
            self, "Watch", cluster=self.name, title=self.short_name, brokers=self.brokers
        )
        self.policy: Final = ClusterPolicy(self, "Sharing", cluster_arn=self.resource.arn, cluster_name=self.name)

    @classmethod
    def from_name(cls, scope: Construct, id: str, name: str) -> KafkaReference:
        """Return a reference to a provisioned cluster of another stack.

        Args:
            scope: parent construct.
            id: PascalCase id.
            name: short name of the cluster: `streaming.kafka.name` of the environment file.

        Raises:
            ConstructError: the environment has no provisioned cluster of that name.
        """
        return KafkaReference(scope, id, name)

    @property
    def arn(self) -> str:
        """ARN of the cluster, known after apply."""
        return str(self.resource.arn)

    @property
    def bootstrap_brokers(self) -> str:
        """Bootstrap brokers for IAM over TLS, known after apply.

        A change of `brokers` changes the value during the apply, which the provider cannot propagate to clients in the
        same stack: put those clients into other stacks, with `KafkaCluster.from_name`.
        """
        return str(self.resource.bootstrap_brokers_sasl_iam)

    def allow_from(self, security_group_id: str) -> None:
        """Allow members of a security group to connect to the brokers."""
        self.security_group.allow_from(security_group_id)

    def allow_from_engine(
        self, security_group_id: str
    ) -> aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule | None:
        """Allow the workers of an engine to connect, unless the whole VPC is allowed already; return the rule."""
        return None if self.security_group.allows_whole_vpc else self.security_group.allow_from(security_group_id)

    def share_with(
        self,
        role_arn: str,
        *,
        produce: Sequence[str] = (),
        transactional_ids: Sequence[str] = (),
        consume: Sequence[str] = (),
        groups: Sequence[str] = (),
    ) -> None:
        """Grant one role of another account access to topics, transactional ids and consumer groups.

        Args:
            role_arn: ARN of the role; whole accounts are rejected.
            produce: topics to write, idempotently.
            transactional_ids: transactional ids for these writes; none by default.
            consume: topics to read.
            groups: consumer groups to read them with.

        Raises:
            ConstructError: not a role of another account, nothing shared, transactional ids without topics, a name
                that Kafka does not allow, or multi_vpc is off.
        """
        self.require_multi_vpc(f"share with {role_arn}")
        self.policy.share(
            role_arn, produce=produce, transactional_ids=transactional_ids, consume=consume, groups=groups
        )

    def allow_firehose(self) -> None:
        """Allow Firehose streams of this account to connect privately; their roles decide which topics they read.

        Raises:
            ConstructError: multi_vpc is off.
        """
        self.require_multi_vpc("let Firehose read")
        self.policy.allow_service("firehose")

    def require_multi_vpc(self, purpose: str) -> None:
        """Raise a ConstructError when private connectivity is off."""
        if not self.multi_vpc:
            raise ConstructError(
                self, f"cannot {purpose}: private connectivity is off", fix="pass multi_vpc=True to the cluster"
            )
