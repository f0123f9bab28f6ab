"""Firehose: from a topic to a table, with no code to run."""

from __future__ import annotations

import re
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.catalog import IcebergTable, TableReference
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole, statement
from lakekit.monitoring import Alarm, LogGroup, Metric, add_widget
from lakekit.naming import fit, slug
from lakekit.storage import EncryptionKey, ZoneReference
from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.kafka_access import CONSUME, KafkaAccess, kafka_arn
from lakekit.streaming.table_writer import TableWriter

# Names of streams: 64 characters at most (CreateDeliveryStream).
_MAX_NAME: Final = 64
_TOPIC: Final = re.compile(r"[A-Za-z0-9._-]{1,249}\Z")


class FirehoseToIceberg(Construct):
    """A Firehose stream that writes the JSON records of a Kafka topic to an Iceberg table.

    Keys of a record are columns of the table; what cannot be written goes to the landing zone under
    `firehose-errors/<stream>/`, with the reason, and an alarm rings.

    Args:
        scope: where it stands.
        id: PascalCase id.
        cluster: a KafkaCluster with `multi_vpc`, or a KafkaReference to one that admits Firehose.
        topic: the topic.
        table: an IcebergTable, or a TableReference to one of another stack.
        unique_keys: columns that identify a row, for updates; without them, records are appended.
        buffer_seconds: 0 to 900; a commit is made at least so often. 300 by default: each commit is a snapshot, and
            five minutes make 288 a day.
        buffer_mb: 1 to 128; or as soon as so much has come.
        errors_zone: where failed records go, a zone of files.
        max_lag: an alarm rings when more records than this wait for half an hour.

    Attributes:
        name: its name, a literal.
        role: the ServiceRole it works with.
        logs: the LogGroup of its errors.
        resource: the `aws_kinesis_firehose_delivery_stream`.

    Raises:
        ConstructError: private connectivity is off, no topic's name, or buffering out of range.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: KafkaAccess,
        topic: str,
        table: IcebergTable | TableReference,
        unique_keys: tuple[str, ...] = (),
        buffer_seconds: int = 300,
        buffer_mb: int = 64,
        errors_zone: str = "landing",
        max_lag: int = 100_000,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self._check(topic, buffer_seconds, buffer_mb)
        self.name: Final = fit(names.resource(stack_of(self).stack_name, slug(id)), _MAX_NAME)
        if isinstance(cluster, KafkaCluster):
            cluster.allow_firehose()
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name_parts=("firehose", self.name.removeprefix(f"{names.prefix}-")),
            description=f"Logs of {self.name}",
        )
        self.logs: Final = LogGroup(self, "Logs", name=f"/{names.prefix}/firehose/{slug(id)}", key=self.key)
        self.stream: Final[Any] = aws.cloudwatch_log_stream.CloudwatchLogStream(
            self, "Errors", name="errors", log_group_name=self.logs.resource.name
        )
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="firehose",
            description=f"Firehose reads {topic} and writes {table.name} with it",
            name=names.role(stack_of(self).stack_name, slug(id), "firehose"),
        )
        self._grant(cluster, topic)
        self.writer: Final = TableWriter(self, "Writer", role=self.role, table=table)
        self.resource: Final[Any] = self._stream(
            cluster=cluster,
            topic=topic,
            table=table,
            unique_keys=unique_keys,
            buffer_seconds=buffer_seconds,
            buffer_mb=buffer_mb,
            errors_zone=errors_zone,
        )
        add_dependency(self.resource, self.role, self.writer)
        if isinstance(cluster, KafkaCluster):
            add_dependency(self.resource, cluster.policy)
        self._add_monitoring(topic, table.name, max_lag)

    def _grant(self, cluster: KafkaAccess, topic: str) -> None:
        """What Firehose asks for to read from MSK (Firehose developer guide, "Grant access to MSK")."""
        role = self.role
        reach = ("kafka:DescribeCluster", "kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers")
        role.allow(cluster.statement("ReachCluster", (*reach, "kafka-cluster:Connect"), "cluster"))
        describe = "kafka-cluster:DescribeTopicDynamicConfiguration"
        role.allow(cluster.statement("ConsumeTopic", (*CONSUME, describe), "topic", topic))
        # Firehose names its consumer group itself, and only looks at it.
        groups = kafka_arn(environment_of(self).names, "group", cluster.name, "*")
        role.allow(statement("DescribeGroups", ["kafka-cluster:DescribeGroup"], [groups]))
        role.allow(self.logs.write_statement())

    def _stream(
        self,
        *,
        cluster: KafkaAccess,
        topic: str,
        table: IcebergTable | TableReference,
        unique_keys: tuple[str, ...],
        buffer_seconds: int,
        buffer_mb: int,
        errors_zone: str,
    ) -> Any:
        environment = environment_of(self)
        names = environment.names
        module, prefix = aws.kinesis_firehose_delivery_stream, "KinesisFirehoseDeliveryStream"

        def block(name: str, **arguments: Any) -> Any:
            return getattr(module, prefix + name)(**arguments)

        errors = ZoneReference(self, "ErrorsZone", errors_zone)
        errors.grant_write(self.role, f"firehose-errors/{self.name}/")
        # Firehose finishes or gives up what it has begun to upload, for which it asks the buckets ("Grant Firehose
        # access to an Apache Iceberg Tables destination"); no prefix narrows that call.
        buckets = [names.bucket_arn(zone.bucket_name) for zone in (self.writer.zone, errors)]
        self.role.allow(statement("FindUploads", ["s3:ListBucketMultipartUploads"], buckets))
        logging = {"enabled": True, "log_group_name": self.logs.name, "log_stream_name": "errors"}
        return getattr(module, prefix)(
            self,
            "Stream",
            name=self.name,
            destination="iceberg",
            msk_source_configuration=block(
                "MskSourceConfiguration",
                msk_cluster_arn=cluster.arn,
                topic_name=topic,
                authentication_configuration=block(
                    "MskSourceConfigurationAuthenticationConfiguration",
                    connectivity="PRIVATE",
                    role_arn=self.role.resource.arn,
                ),
            ),
            iceberg_configuration=block(
                "IcebergConfiguration",
                role_arn=self.role.resource.arn,
                catalog_arn=names.arn("glue", "catalog"),
                buffering_interval=buffer_seconds,
                buffering_size=buffer_mb,
                s3_backup_mode="FailedDataOnly",
                cloudwatch_logging_options=block("IcebergConfigurationCloudwatchLoggingOptions", **logging),
                destination_table_configuration=[
                    block(
                        "IcebergConfigurationDestinationTableConfiguration",
                        database_name=table.database_name,
                        table_name=table.name,
                        unique_keys=list(unique_keys) or None,
                    )
                ],
                s3_configuration=block(
                    "IcebergConfigurationS3Configuration",
                    role_arn=self.role.resource.arn,
                    bucket_arn=names.bucket_arn(errors.bucket_name),
                    error_output_prefix=f"firehose-errors/{self.name}/",
                    buffering_interval=buffer_seconds,
                    buffering_size=buffer_mb,
                    cloudwatch_logging_options=block(
                        "IcebergConfigurationS3ConfigurationCloudwatchLoggingOptions", **logging
                    ),
                ),
            ),
        )

    def _add_monitoring(self, topic: str, table: str, max_lag: int) -> None:
        dimensions = {"DeliveryStreamName": self.name}

        def metric(name: str, statistic: str) -> Metric:
            return Metric("AWS/Firehose", name, dimensions, statistic=statistic)

        Alarm(
            self,
            "Failed",
            metric=metric("DeliveryToIceberg.FailedRowCount", "Sum"),
            threshold=0,
            description=(
                f"Firehose {self.name}: rows could not be written to {table}. They lie under firehose-errors/"
                f"{self.name}/ with the reason; most often a record does not fit the table's columns."
            ),
        )
        Alarm(
            self,
            "Late",
            metric=metric("KafkaOffsetLag", "Maximum"),
            threshold=max_lag,
            periods=6,
            description=f"Firehose {self.name}: over {max_lag} records of {topic} wait for half an hour. "
            "Look at its error log, and at the throttling of the topic.",
        )
        add_widget(self, f"Firehose {self.name}: records read", [metric("DataReadFromSource.Records", "Sum")])
        add_widget(
            self,
            f"Firehose {self.name}: rows",
            [metric("DeliveryToIceberg.SuccessfulRowCount", "Sum"), metric("DeliveryToIceberg.FailedRowCount", "Sum")],
        )

    def _check(self, topic: str, buffer_seconds: int, buffer_mb: int) -> None:
        if not _TOPIC.match(topic):
            raise ConstructError(self, f"{topic!r} is no topic", fix="name one topic, without a star")
        if not (0 <= buffer_seconds <= 900 and 1 <= buffer_mb <= 128):
            raise ConstructError(
                self, f"buffers {buffer_seconds} s and {buffer_mb} MB: 0 to 900 s and 1 to 128 MB are allowed"
            )
