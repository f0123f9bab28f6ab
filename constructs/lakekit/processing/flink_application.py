"""Applications on Amazon Managed Service for Apache Flink."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.catalog import IcebergTable, TableReference
from lakekit.core.dependencies import add_dependency
from lakekit.core.secret_checks import reject_plaintext_secrets_in_settings
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole, statement
from lakekit.monitoring import LogGroup
from lakekit.naming import slug
from lakekit.network import EngineSecurityGroup, Network, VpcReference
from lakekit.processing.flink_configuration import application_configuration, monitor_application, network_statements
from lakekit.storage import Artifact, EncryptionKey
from lakekit.storage.zip_archive import create_zip
from lakekit.streaming.broker_security_group import IAM_PORT
from lakekit.streaming.topic import Topic

# Newest runtime that AWS and the AWS provider 5.100 support.
RUNTIME: Final = "FLINK-1_20"
_RUNTIME: Final = re.compile(r"FLINK-[12]_[0-9]{1,2}\Z")
_SUPPORTED: Final = ("FLINK-1_18", "FLINK-1_19", "FLINK-1_20")


class FlinkApplication(Construct):
    """Flink application with code of the project, checkpoints, snapshots, logs and a limit of its capacity.

    `app.read_topic(…)` and `app.write_table(…)` grant access and pass the settings as the property groups `kafka` and
    `iceberg`, which the code reads from `/etc/flink/application_properties.json`. A KPU costs 0.11 USD an hour in
    us-east-1; every application is charged one additional KPU (Managed Flink pricing page).

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        code: a `.zip` or `.jar`, or a folder to zip; it is uploaded under the hash of its content.
        main: Python file in the zip to run; None (default) for Java, where the jar's manifest names the class.
        jar: jar of connectors in the zip, for Python; none by default.
        runtime: `FLINK-1_20` by default.
        parallelism: initial number of parallel tasks; 1 by default.
        parallelism_per_kpu: tasks per KPU (1 vCPU, 4 GiB), 1 to 8; 1 by default.
        autoscale: whether the service scales it by CPU; True by default.
        max_kpu: KPUs at which an alarm fires, at most 64; 8 by default. The service has no limit per application.
        checkpoint_seconds: interval of checkpoints and of Iceberg commits, 1 to 3600; 60 by default.
        properties: further property groups by name; secrets are rejected.
        network: network of the application; the environment's by default.
        start: whether the application runs; True by default.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal; also the default consumer group.
        role: ServiceRole of the application, also the grantee of grants to it.
        code: Artifact of the code.
        logs: LogGroup of the application.
        resource: the `aws_kinesisanalyticsv2_application`.

    Raises:
        ConstructError: no code, an unsupported runtime, parallelism above max_kpu, or a secret among the properties.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        code: Path | str,
        main: str | None = None,
        jar: str | None = None,
        runtime: str = RUNTIME,
        parallelism: int = 1,
        parallelism_per_kpu: int = 1,
        autoscale: bool = True,
        max_kpu: int = 8,
        checkpoint_seconds: int = 60,
        properties: Mapping[str, Mapping[str, str]] | None = None,
        network: Network | None = None,
        start: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        names, stack = environment_of(self).names, stack_of(self).stack_name
        short_name = name or slug(id)
        self._check(runtime, parallelism, parallelism_per_kpu, max_kpu)
        if not 1 <= checkpoint_seconds <= 3600:
            raise ConstructError(self, f"checkpoint_seconds {checkpoint_seconds} is not between 1 and 3600")
        self.name: Final = names.resource(stack, short_name)
        self.network: Final = network or VpcReference.of_stack(self)
        self.key: Final = EncryptionKey(
            self, "Key", name=f"flink-{stack}-{short_name}", description=f"Encrypts logs of {self.name}"
        )
        self.logs: Final = LogGroup(self, "Logs", path=f"flink/{short_name}", key=self.key)
        self.log_stream: Final = aws.cloudwatch_log_stream.CloudwatchLogStream(
            self, "LogStream", name="application", log_group_name=self.logs.resource.name
        )
        self.group: Final = EngineSecurityGroup(
            self,
            "Group",
            network=self.network,
            description=f"Flink {self.name}: to brokers and AWS",
        )
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="kinesisanalytics",
            description=f"The Flink application {self.name} works with it",
            name=f"{stack}-{short_name}-flink",
        )
        self.role.allow(self.logs.write_statement())
        # The service lists all log groups to find its own (Managed Flink, "Using CloudWatch logs").
        self.role.allow(statement("FindLogs", ["logs:DescribeLogGroups"], [names.arn("logs", "log-group:*")]))
        for added in network_statements(self):
            self.role.allow(added)
        self.code: Final = Artifact(self, "Code", file=create_zip(self, code) if Path(code).is_dir() else code)
        self.code.grant_read(self.role)
        self._groups: dict[str, dict[str, str]] = {}
        run = {"python": main, "jarfile": jar}
        if main:
            self._groups["kinesis.analytics.flink.run.options"] = {key: value for key, value in run.items() if value}
        self._configuration = {
            "parallelism": parallelism,
            "parallelism_per_kpu": parallelism_per_kpu,
            "autoscale": autoscale,
            "checkpoint_ms": checkpoint_seconds * 1000,
            "start": start,
        }
        module = aws.kinesisanalyticsv2_application
        logging = module.Kinesisanalyticsv2ApplicationCloudwatchLoggingOptions(log_stream_arn=self.log_stream.arn)
        self.resource: Final = module.Kinesisanalyticsv2Application(
            self,
            "Application",
            name=self.name,
            description=f"Flink {short_name} of {stack_of(self).node.id}",
            runtime_environment=runtime,
            service_execution_role=self.role.resource.arn,
            application_mode="STREAMING",
            start_application=start,
            application_configuration=module.Kinesisanalyticsv2ApplicationApplicationConfiguration(**self._render()),
            cloudwatch_logging_options=logging,
        )
        add_dependency(self.resource, self.role, self.code)
        for group, values in (properties or {}).items():
            self.set_properties(group, values)
        monitor_application(self, self.name, max_kpu=max_kpu, checkpoint_ms=checkpoint_seconds * 1000)

    def set_properties(self, group: str, values: Mapping[str, str]) -> None:
        """Set properties of a property group, in addition to those it has.

        Raises:
            ConstructError: a property contains a secret.
        """
        fix = "pass the ARN of a secret and grant the role access with Secret.from_arn(…).grant_read(…)"
        reject_plaintext_secrets_in_settings(self, values, what=f"property group {group}:", fix=fix)
        self._groups[group] = {**self._groups.get(group, {}), **values}
        resource: Any = self.resource  # The stub lists no put methods.
        resource.put_application_configuration(**self._render())

    def read_topic(self, topic: Topic, *, group: str | None = None) -> None:
        """Grant the application to read a topic, and set the property group `kafka`.

        Args:
            topic: `cluster.topic("…")`.
            group: the consumer group; the application's name by default.

        Raises:
            ConstructError: the topic is a prefix, or a group that Kafka does not allow.
        """
        if topic.is_prefix:
            raise ConstructError(self, f"{topic.name!r} is a prefix", fix="pass one topic, without a wildcard")
        group = group or self.name
        topic.grant_read(self, group=group)
        if "kafka" not in self._groups:
            self.group.allow_egress("Kafka", "Kafka brokers: IAM over TLS", IAM_PORT, cidr=self.network.cidr)
            add_dependency(self.resource, self.group)
        rule = topic.cluster.allow_from_engine(self.group.security_group_id)
        if rule is not None:
            add_dependency(self.resource, rule)
        settings = {"bootstrap.servers": topic.cluster.bootstrap_brokers, "topic": topic.name, "group.id": group}
        self.set_properties("kafka", settings)

    def write_table(self, table: IcebergTable | TableReference) -> None:
        """Grant the application to write an Iceberg table, and set the property group `iceberg`.

        Args:
            table: an IcebergTable, or a TableReference.
        """
        access = table.grant_write(self)
        bucket = table.location.removeprefix("s3://").partition("/")[0]
        settings = {"database": table.database_name, "table": table.name, "warehouse": f"s3://{bucket}/"}
        self.set_properties("iceberg", {**settings, "region": environment_of(self).region})
        add_dependency(self.resource, access)

    def _render(self) -> dict[str, Any]:
        return application_configuration(
            self._configuration,
            code=self.code,
            groups=self._groups,
            subnets=list(self.network.subnet_ids),
            security_group=self.group.security_group_id,
        )

    def _check(self, runtime: str, parallelism: int, per_kpu: int, max_kpu: int) -> None:
        if not _RUNTIME.match(runtime) or runtime not in _SUPPORTED:
            raise ConstructError(
                self, f"runtime {runtime!r} is not one of {', '.join(_SUPPORTED)}", fix=f"use {RUNTIME}"
            )
        if not (1 <= per_kpu <= 8 and parallelism >= 1):
            raise ConstructError(
                self,
                f"parallelism {parallelism} with {per_kpu} per KPU: allowed are 1 or more tasks, 1 to 8 per KPU",
            )
        # 64 KPU is the quota of an application (Managed Flink quotas).
        needed = -(-parallelism // per_kpu)
        if not needed <= max_kpu <= 64:
            raise ConstructError(
                self,
                f"parallelism {parallelism} with {per_kpu} per KPU needs {needed} KPU; max_kpu is {max_kpu}",
                fix="raise max_kpu, at most 64, or lower parallelism",
            )
