"""MSK Connect connectors from Kafka topics to Iceberg tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog import IcebergTable, TableReference
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of, stack_of
from lakekit.iam import ServiceRole
from lakekit.monitoring import LogGroup
from lakekit.naming import fit, slug
from lakekit.network import EngineSecurityGroup, Network, VpcReference
from lakekit.storage import Artifact, EncryptionKey
from lakekit.streaming.broker_security_group import IAM_PORT
from lakekit.streaming.cluster_identity import KafkaClusterIdentity
from lakekit.streaming.cluster_monitoring import monitor_connector
from lakekit.streaming.connector_plugin import check_provider, plugin_archive
from lakekit.streaming.connector_validation import CONNECT_VERSION, check_connector
from lakekit.streaming.iceberg_sink import sink_configuration
from lakekit.streaming.sink_access import grant_sink
from lakekit.streaming.topic import Topic
from lakekit.streaming.worker_secrets import WorkerSecrets, referenced
from lakekit_policies.shared.connector_settings import DEAD_LETTER_TOPIC


class MskConnector(Construct):
    """MSK Connect connector with the Apache Iceberg sink: exactly once, from topics to one table.

    Its role may read the topics, coordinate on its control topic, write the table, and nothing else. Workers scale by
    CPU utilization. A worker of one capacity unit costs 0.11 USD an hour in us-east-1 (MSK pricing page).

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        topics: topics to read: `cluster.topic("…")` of one KafkaCluster, KafkaServerless or KafkaReference.
        table: an IcebergTable, or a TableReference.
        plugin: distribution of the connector, Iceberg 1.9 or later (earlier versions use other transactional ids,
            which the role may not use): a `.zip` or `.jar` of the project, or a folder to zip. It is uploaded under
            the hash of its content, so that a change creates another plugin and replaces the connector.
        configuration: further connector configuration, such as converters, the commit interval, or a dead-letter topic,
            which the role may then write. Reserved settings, secrets, and settings that disable TLS or lose records
            are rejected. `${secretsmanager:name:key}` refers to a secret, which the role may then read; it requires
            AWS's msk-config-providers jar in the plugin.
        network: network of the workers; the environment's by default.
        min_workers: minimum number of workers; 1 by default.
        max_workers: maximum number of workers, at most 10 (MSK Connect quota); 2 by default.
        mcu: capacity units per worker: 1, 2, 4 or 8; 1 by default.
        tasks: maximum number of tasks; `max_workers` by default.
        version: version of Kafka Connect; `3.7.x` by default.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal.
        consumer_group: consumer group of the connector, `connect-<name>`.
        role: ServiceRole of the connector, also the grantee of grants to it.
        control_topic: name of the topic on which the tasks coordinate commits. Create it before the connector starts
            (Iceberg documentation, "Kafka Connect"): clusters do not create topics automatically.
        plugin: Artifact of the plugin.
        plugin_resource: the `aws_mskconnect_custom_plugin`.
        secrets: the WorkerSecrets, None if the configuration refers to no secret.
        logs: LogGroup of the workers.
        resource: the `aws_mskconnect_connector`.

    Raises:
        ConstructError: no topic, topics of two clusters, a plugin that is not a zip or jar or contains no classes, or a
            capacity, version or setting that is not allowed.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        topics: Sequence[Topic],
        table: IcebergTable | TableReference,
        plugin: Path | str,
        configuration: Mapping[str, str] | None = None,
        network: Network | None = None,
        min_workers: int = 1,
        max_workers: int = 2,
        mcu: int = 1,
        tasks: int | None = None,
        version: str = CONNECT_VERSION,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        short_name = name or slug(id)
        check_connector(self, topics, version, (min_workers, max_workers, mcu))
        cluster = topics[0].cluster
        file = plugin_archive(self, plugin)
        self.name: Final = fit(names.resource(stack_of(self).stack_name, short_name), 100)
        network = network or VpcReference.of_stack(self)
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=f"connect-{stack_of(self).stack_name}-{short_name}",
            description=f"Encrypts logs of {self.name}",
        )
        self.logs: Final = LogGroup(self, "Logs", path=f"connect/{short_name}", key=self.key)
        self.group: Final = EngineSecurityGroup(
            self, "Workers", network=network, description=f"Workers of {self.name}: to brokers and AWS, from nowhere"
        )
        self.group.allow_egress("Kafka", "Kafka brokers: IAM over TLS", IAM_PORT, cidr=network.cidr)
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="kafkaconnect",
            description=f"The connector {self.name} works with it",
            name=f"{stack_of(self).stack_name}-{short_name}-connect",
        )
        table.grant_write(self.role)
        self.control_topic: Final = f"control-{self.name}"
        grant_sink(
            cluster,
            self.role,
            name=self.name,
            topics=topics,
            control_topic=self.control_topic,
            dead_letter_topic=(configuration or {}).get(DEAD_LETTER_TOPIC),
        )
        self.plugin: Final = Artifact(self, "Plugin", file=file)
        # Workers download it with the role at each start.
        self.plugin.grant_read(self.role)
        module = aws.mskconnect_custom_plugin
        object_ = module.MskconnectCustomPluginLocationS3(bucket_arn=self.plugin.bucket_arn, file_key=self.plugin.key)
        self.plugin_resource: Final = module.MskconnectCustomPlugin(
            self,
            "CustomPlugin",
            # Plugins are immutable: changed content gets a new name.
            name=f"{self.name}-{self.plugin.digest[:8]}",
            description=f"Connector of {self.name}",
            content_type=file.suffix.lstrip(".").upper(),
            location=module.MskconnectCustomPluginLocation(s3=object_),
            lifecycle=cdktf.TerraformResourceLifecycle(create_before_destroy=True),
            depends_on=[self.plugin.resource],
        )
        settings = sink_configuration(
            self,
            name=self.name,
            brokers=cluster.bootstrap_brokers,
            topics=topics,
            table=table,
            control_topic=self.control_topic,
            tasks=tasks or max_workers,
            overrides=dict(configuration or {}),
        )
        secrets = referenced(self, configuration or {})
        if secrets:
            check_provider(self, file, plugin)
        self.secrets: Final = (
            WorkerSecrets(self, "Secrets", name=self.name, role=self.role, secrets=secrets) if secrets else None
        )
        self.resource: Final = self._connector(
            cluster, network, settings, version=version, workers=(min_workers, max_workers), mcu=mcu
        )
        add_dependency(self.resource, self.role, self.group)
        rule = cluster.allow_from_engine(self.group.security_group_id)
        if rule is not None:
            add_dependency(self.resource, rule)
        monitor_connector(self, self.name)

    @property
    def consumer_group(self) -> str:
        """Consumer group of the connector, for alarms on its lag."""
        return f"connect-{self.name}"

    def _connector(
        self,
        cluster: KafkaClusterIdentity,
        network: Network,
        settings: Mapping[str, str],
        *,
        version: str,
        workers: tuple[int, int],
        mcu: int,
    ) -> aws.mskconnect_connector.MskconnectConnector:
        module = aws.mskconnect_connector

        def block(name: str, **arguments: Any) -> Any:
            return getattr(module, f"MskconnectConnector{name}")(**arguments)

        scaling = block(
            "CapacityAutoscaling",
            min_worker_count=workers[0],
            max_worker_count=workers[1],
            mcu_count=mcu,
            scale_in_policy=block("CapacityAutoscalingScaleInPolicy", cpu_utilization_percentage=20),
            scale_out_policy=block("CapacityAutoscalingScaleOutPolicy", cpu_utilization_percentage=80),
        )
        vpc = block(
            "KafkaClusterApacheKafkaClusterVpc",
            security_groups=[self.group.security_group_id],
            subnets=list(network.subnet_ids),
        )
        kafka = block("KafkaClusterApacheKafkaCluster", bootstrap_servers=cluster.bootstrap_brokers, vpc=vpc)
        logs = block("LogDeliveryWorkerLogDeliveryCloudwatchLogs", enabled=True, log_group=self.logs.resource.name)
        # Plugins are immutable: the first revision is the only one.
        plugin = block("PluginCustomPlugin", arn=self.plugin_resource.arn, revision=1)
        worker_configuration = (
            block("WorkerConfiguration", arn=self.secrets.resource.arn, revision=1) if self.secrets else None
        )
        return module.MskconnectConnector(
            self,
            "Connector",
            name=self.name,
            description=f"Iceberg sink of {stack_of(self).node.id}",
            kafkaconnect_version=version,
            service_execution_role_arn=self.role.resource.arn,
            capacity=block("Capacity", autoscaling=scaling),
            connector_configuration=dict(settings),
            kafka_cluster=block("KafkaCluster", apache_kafka_cluster=kafka),
            kafka_cluster_client_authentication=block("KafkaClusterClientAuthentication", authentication_type="IAM"),
            kafka_cluster_encryption_in_transit=block("KafkaClusterEncryptionInTransit", encryption_type="TLS"),
            log_delivery=block(
                "LogDelivery", worker_log_delivery=block("LogDeliveryWorkerLogDelivery", cloudwatch_logs=logs)
            ),
            plugin=[block("Plugin", custom_plugin=plugin)],
            worker_configuration=worker_configuration,
        )
