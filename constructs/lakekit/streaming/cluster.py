"""Kafka on Amazon MSK, provisioned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.removal_policy import resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.monitoring import Alarm, LogGroup
from lakekit.naming import fit, slug
from lakekit.network import Network, NetworkReference
from lakekit.storage import EncryptionKey
from lakekit.streaming.broker_configuration import fingerprint, render, server_properties
from lakekit.streaming.broker_security_group import BrokerSecurityGroup, check_network
from lakekit.streaming.cluster_monitoring import ClusterMonitoring, alarm_on_consumer_lag
from lakekit.streaming.cluster_policy import ClusterPolicy
from lakekit.streaming.cluster_resource import make_cluster
from lakekit.streaming.kafka_access import KafkaAccess
from lakekit.streaming.storage_scaling import StorageScaling

# Names of clusters: 64 characters at most (MSK CreateCluster).
MAX_NAME: Final = 64
# The version AWS recommends, without ZooKeeper (MSK, "Supported Apache Kafka versions").
KAFKA_VERSION: Final = "3.9.x.kraft"
# The smallest Graviton broker: 24 % more throughput at the price of m5 (MSK, "Broker types").
BROKER_TYPE: Final = "kafka.m7g.large"
_VERSION: Final = re.compile(r"[3-9]\.[0-9]+\.(x|[0-9]+)(\.kraft|\.tiered)?\Z")
_TYPE: Final = re.compile(r"(kafka|express)\.[a-z][a-z0-9]*\.[a-z0-9]+\Z")
# EBS volumes of brokers, in GiB (MSK quotas).
_STORAGE: Final = range(1, 16_385)


class KafkaCluster(KafkaAccess):
    """An MSK cluster: three zones, Graviton brokers, IAM over TLS alone, a key of ours, logs, growing disks.

    `KafkaCluster(self, "Main")` is what production runs: three copies of each record, two of
    them acknowledged, no unclean election, no topics by accident, seven days of retention.

    Three `kafka.m7g.large` with 100 GiB each cost some 477 USD a month in us-east-1 (0.204 an hour, 0.10 a GB-month).

    Args:
        scope: where it stands.
        id: PascalCase id; the cluster's short name unless `name` is given.
        network: a DataVpc or NetworkReference; the environment's by default. Three zones, two in sandbox and dev.
        client_security_group_ids: groups whose members may connect; by default whatever is in the network may knock.
        name: kebab-case name; the physical name is `<organization>-<environment>-<name>`.
        brokers: how many, a multiple of the zones; one to a zone by default.
        broker_type: `kafka.m7g.large` by default.
        storage_gib: disk of each broker at the start; MSK grows it.
        max_storage_gib: where growing ends; ten times the start by default. Disks never shrink.
        retention_hours: how long records stay unless a topic says otherwise, 1 to 87,600; 168.
        kafka_version: `3.9.x.kraft` by default.
        properties: further server properties; those that guard data cannot be changed.
        multi_vpc: private connectivity for Firehose and for other accounts (MSK bills it by hour and GB).
        force_destroy: topics may be destroyed with the cluster; the tier decides by default.

    Attributes:
        name: physical name, a literal.
        key: the EncryptionKey of its disks and logs.
        logs: the LogGroup of its brokers.
        configuration: the `aws_msk_configuration`.
        resource: the `aws_msk_cluster`.
        policy: the ClusterPolicy; a resource only once something is shared.

    Raises:
        ConstructError: brokers that do not fit the zones, too few zones, a public subnet, a type, version, size or
            property that is not allowed.
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
        names = environment.names
        self.short_name: Final = name or slug(id)
        super().__init__(scope, id, cluster_name=fit(names.resource(self.short_name), MAX_NAME))
        self.network: Final = network or NetworkReference.of(self)
        self.subnet_ids: Final = tuple(self.network.subnet_ids)
        self.brokers: Final = len(self.subnet_ids) if brokers is None else brokers
        self.multi_vpc: Final = multi_vpc
        ceiling = min(storage_gib * 10, _STORAGE[-1]) if max_storage_gib is None else max_storage_gib
        check_network(self, self.network, at_least=2 if environment.defaults.allow_force_destroy else 3)
        self._check(broker_type, kafka_version, storage_gib, ceiling)
        text = render(
            server_properties(
                self, brokers=self.brokers, retention_hours=retention_hours, further=dict(properties or {})
            )
        )
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name_parts=("kafka", self.short_name),
            description=f"Encrypts Kafka {self.name}: disks and broker logs",
            force_destroy=force_destroy,
        )
        self.logs: Final = LogGroup(self, "Logs", name=f"/{names.prefix}/kafka/{self.short_name}", key=self.key)
        self.configuration: Final[Any] = aws.msk_configuration.MskConfiguration(
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
        self.resource: Final[Any] = make_cluster(
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
            self, "Storage", cluster_arn=self.resource.arn, name=self.name, max_gib=ceiling
        )
        self.monitoring: Final = ClusterMonitoring(
            self, "Watch", cluster=self.name, title=self.short_name, brokers=self.brokers
        )
        self.policy: Final = ClusterPolicy(self, "Sharing", cluster_arn=self.resource.arn, cluster_name=self.name)

    @property
    def arn(self) -> str:
        """The cluster's ARN, known once it exists."""
        arn: str = self.resource.arn
        return arn

    @property
    def bootstrap_brokers(self) -> str:
        """Where clients with IAM credentials connect, known once the cluster exists.

        A change of `brokers` changes it while Terraform applies, which the provider cannot carry on to clients in the
        same stack: let those live in stacks of their own, with a KafkaReference.
        """
        brokers: str = self.resource.bootstrap_brokers_sasl_iam
        return brokers

    def allow_from(self, security_group_id: str) -> None:
        """Let members of a security group connect to the brokers."""
        self.security_group.allow_from(security_group_id)

    def allow_from_engine(self, security_group_id: str) -> Any:
        """Let an engine's workers connect, unless the whole network may."""
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
        """Let one role of another account reach the cluster and use these topics, ids and groups.

        Args:
            role_arn: the ARN of the role; whole accounts are refused.
            produce: topics it may write, idempotently.
            transactional_ids: ids of transactions it may write them in; none by default.
            consume: topics it may read.
            groups: consumer groups it may read them as.

        Raises:
            ConstructError: not a role of another account, nothing shared, transactions without topics, a name that
                Kafka does not allow, or multi_vpc is off.
        """
        self.require_multi_vpc(f"share with {role_arn}")
        self.policy.share(
            role_arn, produce=produce, transactional_ids=transactional_ids, consume=consume, groups=groups
        )

    def allow_firehose(self) -> None:
        """Let Firehose streams of this account connect privately; which topics they read is up to their roles.

        Raises:
            ConstructError: multi_vpc is off.
        """
        self.require_multi_vpc("let Firehose read")
        self.policy.allow_service("firehose")

    def require_multi_vpc(self, purpose: str) -> None:
        """Refuse what needs private connectivity when it is off."""
        if not self.multi_vpc:
            raise ConstructError(
                self, f"cannot {purpose}: private connectivity is off", fix="pass multi_vpc=True to the cluster"
            )

    def alarm_on_consumer_lag(self, *, topic: str, group: str, minutes: int = 15) -> Alarm:
        """Ring when a consumer group is so many minutes behind on a topic."""
        return alarm_on_consumer_lag(self, cluster=self.name, topic=topic, group=group, minutes=minutes)

    def _check(self, broker_type: str, kafka_version: str, storage_gib: int, ceiling: int) -> None:
        zones = len(self.subnet_ids)
        if self.brokers < 1 or self.brokers % zones:
            raise ConstructError(
                self,
                f"brokers {self.brokers} is not a multiple of its {zones} zones",
                fix=f"use {zones}, {2 * zones}, {3 * zones}, …: every zone gets as many (MSK)",
            )
        if not _VERSION.match(kafka_version):
            raise ConstructError(self, f"kafka_version {kafka_version!r} is none of MSK's", fix=f"use {KAFKA_VERSION}")
        if not _TYPE.match(broker_type) or broker_type.startswith("express."):
            raise ConstructError(
                self,
                f"broker_type {broker_type!r} is no standard broker",
                fix=f"use {BROKER_TYPE}, or a larger m7g; express brokers have no volumes to size",
            )
        if self.multi_vpc and broker_type.startswith("kafka.t3."):
            raise ConstructError(
                self, f"multi_vpc with {broker_type}: MSK offers it for m5 and m7g only", fix=f"use {BROKER_TYPE}"
            )
        if storage_gib not in _STORAGE or ceiling not in _STORAGE or ceiling < storage_gib:
            raise ConstructError(
                self,
                f"storage_gib {storage_gib} and max_storage_gib {ceiling}: 1 to {_STORAGE[-1]}, the first not above",
            )
