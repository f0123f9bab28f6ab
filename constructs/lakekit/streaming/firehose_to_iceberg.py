"""Firehose streams from Kafka topics to Iceberg tables."""

from __future__ import annotations

import re
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog import IcebergTable, TableReference
from lakekit.core.dependencies import add_dependency
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole, statement
from lakekit.monitoring import Alarm, LogGroup, Metric, add_widget
from lakekit.naming import fit, slug
from lakekit.storage import EncryptionKey, ZoneLike, resolve_zone
from lakekit.streaming.cluster import KafkaCluster
from lakekit.streaming.kafka_access import CONSUME, kafka_arn
from lakekit.streaming.topic import Topic

# Stream names have at most 64 characters (CreateDeliveryStream).
_MAX_NAME: Final = 64
# "To create a stream with the earliest start position, set it to the epoch" (API reference, MSKSourceConfiguration).
# Without it, what was produced before the stream became active is skipped.
EARLIEST: Final = "1970-01-01T00:00:00Z"
_TIME: Final = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3])(?::[0-5]\d){2}Z")


class FirehoseToIceberg(Construct):
    """Firehose stream that writes the JSON records of a Kafka topic to an Iceberg table.

    Keys of a record are columns of the table. Records that cannot be written go to the errors zone under
    `firehose-errors/<stream>/`, with the reason, and an alarm fires.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        topic: `cluster.topic("…")` of a KafkaCluster with `multi_vpc`, or of a reference to one that allows Firehose.
        table: an IcebergTable, or a TableReference.
        unique_keys: columns that identify a row, for updates; without them, records are appended.
        buffer_seconds: maximum seconds between two commits, 0 to 900; 300 by default, which gives 288 snapshots a day.
        buffer_mb: MB of buffered data that cause an earlier commit, 1 to 128; 64 by default.
        errors_zone: zone of files for failed records: a Zone, a ZoneReference or a name; `landing` by default.
        start: time from which a new stream reads the topic, in UTC; the earliest record by default. It is used when the
            stream is created and when it is replaced: later changes are ignored, since they would replace it.
        max_lag: an alarm fires when more records than this wait for half an hour; 100,000 by default.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal.
        role: ServiceRole of the stream, also the grantee of grants to it.
        logs: LogGroup of its errors.
        resource: the `aws_kinesis_firehose_delivery_stream`.

    Raises:
        ConstructError: private connectivity is off, the topic is a prefix, or buffering is out of range.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        topic: Topic,
        table: IcebergTable | TableReference,
        unique_keys: tuple[str, ...] = (),
        buffer_seconds: int = 300,
        buffer_mb: int = 64,
        errors_zone: ZoneLike = "landing",
        start: str = EARLIEST,
        max_lag: int = 100_000,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        names, stack = environment_of(self).names, stack_of(self).stack_name
        short_name = name or slug(id)
        self._check(topic, buffer_seconds, buffer_mb, start)
        self.name: Final = fit(names.resource(stack, short_name), _MAX_NAME)
        cluster = topic.cluster
        if isinstance(cluster, KafkaCluster):
            cluster.allow_firehose()
        self.key: Final = EncryptionKey(
            self,
            "Key",
            name=f"firehose-{self.name.removeprefix(f'{names.prefix}-')}",
            description=f"Logs of {self.name}",
        )
        self.logs: Final = LogGroup(self, "Logs", path=f"firehose/{short_name}", key=self.key)
        self.log_stream: Final = aws.cloudwatch_log_stream.CloudwatchLogStream(
            self, "Errors", name="errors", log_group_name=self.logs.resource.name
        )
        self.role: Final = ServiceRole(
            self,
            "Role",
            service="firehose",
            description=f"Firehose reads {topic.name} and writes {table.name} with it",
            name=f"{stack}-{short_name}-firehose",
        )
        self._grant(topic)
        table.grant_write(self.role)
        self.resource: Final = self._stream(
            topic=topic,
            table=table,
            unique_keys=unique_keys,
            buffer_seconds=buffer_seconds,
            buffer_mb=buffer_mb,
            errors_zone=errors_zone,
            start=start,
        )
        add_dependency(self.resource, self.role)
        if isinstance(cluster, KafkaCluster):
            add_dependency(self.resource, cluster.policy)
        self._add_monitoring(topic.name, table.name, max_lag)

    def _grant(self, topic: Topic) -> None:
        """Grant the permissions to read from MSK (Firehose developer guide, "Grant access to MSK")."""
        role, cluster = self.role, topic.cluster
        reach = ("kafka:DescribeCluster", "kafka:DescribeClusterV2")
        role.allow(cluster.statement("ReachCluster", (*reach, "kafka-cluster:Connect"), "cluster"))
        # The action has no resource type (service authorization reference of Amazon MSK).
        role.allow(statement("FindBrokers", ["kafka:GetBootstrapBrokers"], ["*"]))
        describe = "kafka-cluster:DescribeTopicDynamicConfiguration"
        role.allow(cluster.statement("ConsumeTopic", (*CONSUME, describe), "topic", topic.name))
        # Firehose chooses the name of its consumer group, and only describes it.
        groups = kafka_arn(environment_of(self).names, "group", cluster.name, "*")
        role.allow(statement("DescribeGroups", ["kafka-cluster:DescribeGroup"], [groups]))
        role.allow(self.logs.write_statement())

    def _stream(
        self,
        *,
        topic: Topic,
        table: IcebergTable | TableReference,
        unique_keys: tuple[str, ...],
        buffer_seconds: int,
        buffer_mb: int,
        errors_zone: ZoneLike,
        start: str,
    ) -> aws.kinesis_firehose_delivery_stream.KinesisFirehoseDeliveryStream:
        environment = environment_of(self)
        names = environment.names
        module, prefix = aws.kinesis_firehose_delivery_stream, "KinesisFirehoseDeliveryStream"

        def block(name: str, **arguments: Any) -> Any:
            return getattr(module, prefix + name)(**arguments)

        errors = resolve_zone(self, errors_zone)
        errors.grant_write(self.role, f"firehose-errors/{self.name}/")
        # To complete or abort multipart uploads Firehose lists them ("Grant Firehose access to an Apache Iceberg Tables
        # destination"); the call has no prefix.
        buckets = [names.bucket_arn(zone.bucket_name) for zone in (table.zone, errors)]
        self.role.allow(statement("FindUploads", ["s3:ListBucketMultipartUploads"], buckets))
        logging = {"enabled": True, "log_group_name": self.logs.name, "log_stream_name": "errors"}
        return module.KinesisFirehoseDeliveryStream(
            self,
            "Stream",
            name=self.name,
            destination="iceberg",
            msk_source_configuration=block(
                "MskSourceConfiguration",
                msk_cluster_arn=topic.cluster.arn,
                topic_name=topic.name,
                read_from_timestamp=start,
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
            lifecycle=cdktf.TerraformResourceLifecycle(
                ignore_changes=["msk_source_configuration[0].read_from_timestamp"]
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
            evaluation_periods=6,
            description=f"Firehose {self.name}: over {max_lag} records of {topic} wait for half an hour. "
            "Look at its error log, and at the throttling of the topic.",
        )
        add_widget(self, f"Firehose {self.name}: records read", [metric("DataReadFromSource.Records", "Sum")])
        add_widget(
            self,
            f"Firehose {self.name}: rows",
            [metric("DeliveryToIceberg.SuccessfulRowCount", "Sum"), metric("DeliveryToIceberg.FailedRowCount", "Sum")],
        )

    def _check(self, topic: Topic, buffer_seconds: int, buffer_mb: int, start: str) -> None:
        if topic.is_prefix:
            raise ConstructError(self, f"{topic.name!r} is a prefix", fix="pass one topic, without a wildcard")
        if not (0 <= buffer_seconds <= 900 and 1 <= buffer_mb <= 128):
            raise ConstructError(
                self, f"buffer_seconds {buffer_seconds} and buffer_mb {buffer_mb}: allowed are 0 to 900 s, 1 to 128 MB"
            )
        if not _TIME.fullmatch(start):
            raise ConstructError(
                self,
                f"start {start!r} is not a time in UTC with seconds, such as {EARLIEST}, which reads the whole topic",
                fix="write it as YYYY-MM-DDThh:mm:ssZ",
            )
