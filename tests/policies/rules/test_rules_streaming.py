"""Rules for Kafka, MSK Connect, Firehose, Flink and schemas."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, both, drop, policy, put, resources, statement, tier

__all__ = ["test_passes", "test_rejects"]

KAFKA = f"arn:aws:kafka:eu-west-1:{ACCOUNT}"
PARTNER = "arn:aws:iam::222222222222:role/partner"
PROPERTIES = """auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
unclean.leader.election.enable=false
allow.everyone.if.no.acl.found=false
log.retention.hours=168
"""

CLUSTER = resources(
    aws_kms_key={"Kafka": {"description": "Kafka"}},
    aws_msk_configuration={"Kafka": {"name": "kafka-12345678", "server_properties": PROPERTIES}},
    aws_subnet={
        zone: {"vpc_id": "vpc-1", "cidr_block": f"10.0.{n}.0/24", "map_public_ip_on_launch": False}
        for n, zone in enumerate("ABC")
    },
    aws_msk_cluster={
        "Kafka": {
            "cluster_name": "kafka",
            "kafka_version": "3.9.x.kraft",
            "number_of_broker_nodes": 3,
            "enhanced_monitoring": "PER_BROKER",
            "broker_node_group_info": {
                "instance_type": "kafka.m7g.large",
                "client_subnets": [f"${{aws_subnet.{zone}.id}}" for zone in "ABC"],
                "security_groups": ["sg-1"],
                "connectivity_info": {"public_access": {"type": "DISABLED"}},
            },
            "client_authentication": {"unauthenticated": False, "sasl": {"iam": True, "scram": False}},
            "encryption_info": {
                "encryption_at_rest_kms_key_arn": "${aws_kms_key.Kafka.arn}",
                "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
            },
            "configuration_info": {"arn": "${aws_msk_configuration.Kafka.arn}", "revision": 1},
        }
    },
    aws_appautoscaling_target={
        "Kafka": {
            "service_namespace": "kafka",
            "scalable_dimension": "kafka:broker-storage:VolumeSize",
            "resource_id": "${aws_msk_cluster.Kafka.arn}",
            "min_capacity": 1,
            "max_capacity": 1000,
        }
    },
    aws_appautoscaling_policy={
        "Kafka": {
            "name": "kafka",
            "service_namespace": "kafka",
            "scalable_dimension": "kafka:broker-storage:VolumeSize",
            "resource_id": "${aws_msk_cluster.Kafka.arn}",
            "policy_type": "TargetTrackingScaling",
            "target_tracking_scaling_policy_configuration": {
                "target_value": 60,
                "disable_scale_in": True,
                "predefined_metric_specification": {"predefined_metric_type": "KafkaBrokerStorageUtilization"},
            },
        }
    },
    aws_msk_serverless_cluster={
        "Quiet": {
            "cluster_name": "quiet",
            "client_authentication": {"sasl": {"iam": {"enabled": True}}},
            "vpc_config": [
                {
                    "subnet_ids": ["${aws_subnet.A.id}", "${aws_subnet.B.id}"],
                    "security_group_ids": ["sg-1"],
                }
            ],
        }
    },
    aws_msk_cluster_policy={
        "Kafka": {
            "cluster_arn": "${aws_msk_cluster.Kafka.arn}",
            "policy": policy(
                {
                    "Sid": "Reach",
                    "Effect": "Allow",
                    "Principal": {"AWS": PARTNER},
                    "Action": ["kafka:CreateVpcConnection", "kafka:GetBootstrapBrokers", "kafka-cluster:Connect"],
                    "Resource": "${aws_msk_cluster.Kafka.arn}",
                },
                {
                    "Sid": "Consume",
                    "Effect": "Allow",
                    "Principal": {"AWS": PARTNER},
                    "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
                    "Resource": f"{KAFKA}:topic/kafka/*/orders",
                },
                {
                    "Sid": "Firehose",
                    "Effect": "Allow",
                    "Principal": {"Service": "firehose.amazonaws.com"},
                    "Action": "kafka:CreateVpcConnection",
                    "Resource": "${aws_msk_cluster.Kafka.arn}",
                    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                },
            ),
        }
    },
    aws_iam_role_policy={
        "Reader": {
            "role": "reader",
            "name": "grants",
            "policy": policy(
                {
                    "Sid": "Topic",
                    "Effect": "Allow",
                    "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
                    "Resource": f"{KAFKA}:topic/kafka/*/orders",
                },
                {
                    "Sid": "Group",
                    "Effect": "Allow",
                    "Action": ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
                    "Resource": f"{KAFKA}:group/kafka/*/reader-*",
                },
                {
                    "Sid": "See",
                    "Effect": "Allow",
                    "Action": "kafka-cluster:DescribeGroup",
                    "Resource": f"{KAFKA}:group/kafka/*/*",
                },
            ),
        }
    },
)
_MSK = "aws_msk_cluster/Kafka"
_NODES = f"{_MSK}/broker_node_group_info"
_TEXT = "aws_msk_configuration/Kafka/server_properties"
_SERVERLESS_CLUSTER = "aws_msk_serverless_cluster/Quiet"
_SHARED = "aws_msk_cluster_policy/Kafka/policy"
_READER = "aws_iam_role_policy/Reader/policy"
_TRACKING = "aws_appautoscaling_policy/Kafka/target_tracking_scaling_policy_configuration"


def _replace_property(old: str, new: str) -> Change:
    return put(_TEXT, PROPERTIES.replace(old, new))


CONNECT = resources(
    aws_mskconnect_connector={
        "Sink": {
            "name": "sink",
            "kafkaconnect_version": "3.7.x",
            "kafka_cluster_client_authentication": {"authentication_type": "IAM"},
            "kafka_cluster_encryption_in_transit": {"encryption_type": "TLS"},
            "connector_configuration": {"connector.class": "x", "topics": "orders"},
            "log_delivery": {"worker_log_delivery": {"cloudwatch_logs": {"enabled": True, "log_group": "sink"}}},
        }
    },
    aws_mskconnect_worker_configuration={
        "Sink": {"name": "sink-0123abcd", "properties_file_content": "config.providers=secretsmanager\n"}
    },
    aws_mskconnect_custom_plugin={
        "Sink": {
            "name": "sink-0123abcd",
            "content_type": "ZIP",
            "location": {"s3": {"bucket_arn": "arn:aws:s3:::code", "file_key": "sink/0123abcd45678901/sink.zip"}},
        }
    },
)
_SINK = "aws_mskconnect_connector/Sink"
_WORKERS = "aws_mskconnect_worker_configuration/Sink"
_SETTINGS = f"{_SINK}/connector_configuration"
_PLUGIN = "aws_mskconnect_custom_plugin/Sink/location/s3"

_LOGGED = {"enabled": True, "log_group_name": "firehose", "log_stream_name": "errors"}
FIREHOSE = resources(
    aws_kms_key={"Put": {"description": "Firehose"}},
    aws_kinesis_firehose_delivery_stream={
        "ToLake": {
            "name": "to-lake",
            "destination": "iceberg",
            "msk_source_configuration": {
                "msk_cluster_arn": f"{KAFKA}:cluster/kafka/u-1",
                "topic_name": "orders",
                "authentication_configuration": {"connectivity": "PRIVATE", "role_arn": "arn:aws:iam::1:role/r"},
            },
            "iceberg_configuration": {
                "catalog_arn": "arn",
                "role_arn": "arn",
                "cloudwatch_logging_options": _LOGGED,
                "s3_configuration": {
                    "bucket_arn": "arn",
                    "role_arn": "arn",
                    "error_output_prefix": "errors/",
                    "cloudwatch_logging_options": _LOGGED,
                },
            },
        },
        "Put": {
            "name": "put",
            "destination": "extended_s3",
            "server_side_encryption": {
                "enabled": True,
                "key_type": "CUSTOMER_MANAGED_CMK",
                "key_arn": "${aws_kms_key.Put.arn}",
            },
            "extended_s3_configuration": {
                "bucket_arn": "arn",
                "role_arn": "arn",
                "error_output_prefix": "errors/",
                "cloudwatch_logging_options": _LOGGED,
            },
        },
    },
)
_TO_LAKE = "aws_kinesis_firehose_delivery_stream/ToLake"
_PUT = "aws_kinesis_firehose_delivery_stream/Put"

FLINK = resources(
    aws_kinesisanalyticsv2_application={
        "App": {
            "name": "app",
            "runtime_environment": "FLINK-1_20",
            "service_execution_role": "arn",
            "application_configuration": {
                "application_snapshot_configuration": {"snapshots_enabled": True},
                "environment_properties": {
                    "property_group": [{"property_group_id": "kafka", "property_map": {"topic": "orders"}}]
                },
                "flink_application_configuration": {
                    "checkpoint_configuration": {"configuration_type": "CUSTOM", "checkpointing_enabled": True}
                },
                "vpc_configuration": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
            },
            "cloudwatch_logging_options": {"log_stream_arn": "arn"},
        }
    }
)
_APP = "aws_kinesisanalyticsv2_application/App"
_CONFIG = f"{_APP}/application_configuration"

SCHEMA = resources(
    aws_glue_registry={"Events": {"registry_name": "events", "description": "Records"}},
    aws_glue_schema={
        "Order": {
            "schema_name": "orders-value",
            "data_format": "AVRO",
            "compatibility": "BACKWARD",
            "schema_definition": "{}",
            "description": "An order",
        }
    },
)

CASES = [
    Case(
        "LK_MSK_1",
        CLUSTER,
        {
            "plaintext listener": (
                put(f"{_MSK}/encryption_info/encryption_in_transit/client_broker", "PLAINTEXT"),
                "client_broker is PLAINTEXT, not TLS",
            ),
            "TLS and plaintext listeners": (
                put(f"{_MSK}/encryption_info/encryption_in_transit/client_broker", "TLS_PLAINTEXT"),
                "client_broker is TLS_PLAINTEXT, not TLS",
            ),
            "plaintext replication": (
                put(f"{_MSK}/encryption_info/encryption_in_transit/in_cluster", False),
                "in_cluster is not true",
            ),
            "unauthenticated access": (put(f"{_MSK}/client_authentication/unauthenticated", True), "unauthenticated"),
            "SCRAM authentication": (put(f"{_MSK}/client_authentication/sasl/scram", True), "SCRAM"),
            "TLS client certificates": (
                put(f"{_MSK}/client_authentication/tls", {"certificate_authority_arns": ["arn:ca"]}),
                "certificates",
            ),
            "IAM authentication disabled": (
                put(f"{_MSK}/client_authentication/sasl/iam", False),
                "IAM authentication is not enabled",
            ),
            "no client authentication": (drop(f"{_MSK}/client_authentication"), "IAM authentication is not enabled"),
            "public brokers": (
                put(f"{_NODES}/connectivity_info/public_access/type", "SERVICE_PROVIDED_EIPS"),
                "public access is SERVICE_PROVIDED_EIPS, not DISABLED",
            ),
        },
    ),
    Case(
        "LK_MSK_2",
        CLUSTER,
        {
            "broker count not a multiple of the zones": (
                put(f"{_MSK}/number_of_broker_nodes", 4),
                "4 brokers are not a multiple of 3 zones",
            ),
            "two zones in prod": (
                put(f"{_NODES}/client_subnets", ["subnet-1", "subnet-2"]),
                "client_subnets has 2 subnets; tier prod requires 3",
            ),
            "public subnet": (put("aws_subnet/B/map_public_ip_on_launch", True), "is a public subnet"),
        },
        {
            "two zones in dev": both(
                tier("dev"),
                put(f"{_NODES}/client_subnets", ["subnet-1", "subnet-2"]),
                put(f"{_MSK}/number_of_broker_nodes", 2),
            )
        },
    ),
    Case(
        "LK_MSK_3",
        CLUSTER,
        {
            "no key": (
                drop(f"{_MSK}/encryption_info/encryption_at_rest_kms_key_arn"),
                "encryption at rest has no KMS key",
            ),
            "AWS managed key": (
                put(
                    f"{_MSK}/encryption_info/encryption_at_rest_kms_key_arn", "arn:aws:kms:eu-west-1:1:alias/aws/kafka"
                ),
                "encryption at rest uses the AWS managed key arn:aws:kms:eu-west-1:1:alias/aws/kafka",
            ),
            "no configuration": (drop(f"{_MSK}/configuration_info"), "the MSK default configuration applies"),
            "default monitoring": (put(f"{_MSK}/enhanced_monitoring", "DEFAULT"), "under-replicated"),
            "no storage scaling": (
                drop("aws_appautoscaling_target/Kafka"),
                "no aws_appautoscaling_target scales the broker storage",
            ),
        },
    ),
    Case(
        "LK_MSK_4",
        CLUSTER,
        {
            "unclean leader election": (
                _replace_property("election.enable=false", "election.enable=true"),
                "unclean.leader.election.enable is true",
            ),
            "automatic topic creation": (
                _replace_property("auto.create.topics.enable=false\n", ""),
                "auto.create.topics.enable is not set",
            ),
            "replication factor of two in prod": (
                _replace_property("replication.factor=3", "replication.factor=2"),
                "at least 3",
            ),
            "one in-sync replica": (_replace_property("insync.replicas=2", "insync.replicas=1"), "at least 2"),
            "setting in a comment": (_replace_property("min.insync", "#min.insync"), "min.insync.replicas is not set"),
            "access without ACL": (_replace_property("found=false", "found=true"), "allow.everyone"),
            "unlimited retention": (
                _replace_property("hours=168", "hours=-1"),
                "log.retention.hours is -1: retention is unlimited and disks fill up",
            ),
            "no retention": (
                _replace_property("hours=168", "hours=0"),
                "log.retention.hours is 0: retention must be between 1 and 87600 hours",
            ),
            "retention of a century": (
                _replace_property("hours=168", "hours=876000"),
                "log.retention.hours is 876000: retention must be between 1 and 87600 hours",
            ),
            "unlimited retention in milliseconds": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.ms=-1\n"),
                "ms is -1",
            ),
            "retention of a minute": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.minutes=1\n"),
                "log.retention.minutes is 1: retention must be between 1 and 87600 hours",
            ),
            "retention that is not a number": (
                _replace_property("hours=168", "hours=week"),
                "log.retention.hours is week, not a number",
            ),
            "retention of a few bytes": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.bytes=1048576\n"),
                "log.retention.bytes is 1048576: at least 1 GiB per partition is required",
            ),
            "retention of 0 bytes": (
                _replace_property("hours=168\n", "hours=168\nlog.retention.bytes=0\n"),
                "log.retention.bytes is 0: at least 1 GiB per partition is required",
            ),
            "compaction only": (
                _replace_property("hours=168\n", "hours=168\nlog.cleanup.policy=compact\n"),
                "log.cleanup.policy is compact: delete is required",
            ),
            "short offset retention": (
                _replace_property("hours=168\n", "hours=168\noffsets.retention.minutes=1\n"),
                "offsets.retention.minutes is 1: paused consumer groups lose their offsets",
            ),
            "offsets with one replica": (
                _replace_property("hours=168\n", "hours=168\noffsets.topic.replication.factor=1\n"),
                "offsets.topic.replication.factor is 1; at least 3",
            ),
            "transactions with one replica": (
                _replace_property("hours=168\n", "hours=168\ntransaction.state.log.min.isr=1\n"),
                "min.isr is 1; at least 2",
            ),
            "in-sync replicas equal to the replication factor": (
                _replace_property("insync.replicas=2", "insync.replicas=3"),
                "writes stop while a broker restarts",
            ),
            "setting with two values": (
                _replace_property("hours=168\n", "hours=168\nunclean.leader.election.enable=true\n"),
                "unclean.leader.election.enable is set twice: false and true",
            ),
            "colon separator": (
                _replace_property("hours=168\n", "hours=168\n  unclean.leader.election.enable : true\n"),
                "unclean.leader.election.enable is true",
            ),
            "setting over two lines": (
                _replace_property("hours=168\n", "hours=168\nunclean.leader.\\\n  election.enable=true\n"),
                "unclean.leader.election.enable is true",
            ),
        },
        {
            "retention of a year": _replace_property("hours=168", "hours=8760"),
            "retention in milliseconds": _replace_property("log.retention.hours=168", "log.retention.ms=604800000"),
            "retention of ten GiB": _replace_property("hours=168\n", "hours=168\nlog.retention.bytes=10737418240\n"),
            "comment": _replace_property("hours=168\n", "hours=168\n! unclean.leader.election.enable=true\n"),
            "replication factor of two in dev": both(
                tier("dev"), put(_TEXT, PROPERTIES.replace("factor=3", "factor=2").replace("replicas=2", "replicas=1"))
            ),
        },
    ),
    Case(
        "LK_MSK_5",
        CLUSTER,
        {
            "IAM authentication disabled": (
                put(f"{_SERVERLESS_CLUSTER}/client_authentication/sasl/iam/enabled", False),
                "IAM authentication is not enabled",
            ),
            "one subnet": (
                put(f"{_SERVERLESS_CLUSTER}/vpc_config/0/subnet_ids", ["subnet-1"]),
                "at least two are required",
            ),
            "default security group": (
                drop(f"{_SERVERLESS_CLUSTER}/vpc_config/0/security_group_ids"),
                "the VPC's default security group is used",
            ),
            "public subnet": (put("aws_subnet/A/map_public_ip_on_launch", True), "is a public subnet"),
        },
    ),
    Case(
        "LK_MSK_6",
        CLUSTER,
        {
            "any principal": (
                statement(_SHARED, "Reach", lambda s: s.update(Principal="*")),
                "statement Reach allows the wildcard principal *",
            ),
            "account id": (
                statement(_SHARED, "Reach", lambda s: s.update(Principal={"AWS": "222222222222"})),
                "whole account",
            ),
            "account root": (
                statement(_SHARED, "Consume", lambda s: s.update(Principal={"AWS": "arn:aws:iam::222222222222:root"})),
                "whole account",
            ),
            "all actions": (
                statement(_SHARED, "Consume", lambda s: s.update(Action="kafka-cluster:*")),
                "kafka-cluster:*",
            ),
            "all topics": (
                statement(_SHARED, "Consume", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/*")),
                "topic/kafka/*/*",
            ),
            "all transactions": (
                statement(_SHARED, "Consume", lambda s: s.update(Resource=f"{KAFKA}:transactional-id/kafka/*/*")),
                "transactional-id/kafka/*/*",
            ),
            "all topics of a cluster": (
                statement(_SHARED, "Consume", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*")),
                "topic/kafka/*",
            ),
        },
    ),
    Case(
        "LK_MSK_7",
        CLUSTER,
        {
            "all topics": (
                statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/*")),
                "every topic of kafka",
            ),
            "all topics with a short ARN": (
                statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*")),
                "every topic of kafka",
            ),
            "all groups": (
                statement(_READER, "Group", lambda s: s.update(Resource=f"{KAFKA}:group/kafka/*/*")),
                "every group of kafka",
            ),
        },
        {"topic prefix": statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/orders.*"))},
    ),
    Case(
        "LK_MSK_8",
        CLUSTER,
        {
            "maximum below minimum": (put("aws_appautoscaling_target/Kafka/min_capacity", 2000), "below min_capacity"),
            "maximum above the broker limit": (
                put("aws_appautoscaling_target/Kafka/max_capacity", 20_000),
                "a broker supports at most 16384 GiB",
            ),
            "scale-in enabled": (put(f"{_TRACKING}/disable_scale_in", False), "broker storage cannot be reduced"),
            "target above the limit": (put(f"{_TRACKING}/target_value", 90), "90 %"),
        },
    ),
    Case(
        "LK_CONNECT_1",
        CONNECT,
        {
            "no IAM authentication": (
                put(f"{_SINK}/kafka_cluster_client_authentication/authentication_type", "NONE"),
                "not IAM",
            ),
            "plaintext": (put(f"{_SINK}/kafka_cluster_encryption_in_transit/encryption_type", "PLAINTEXT"), "not TLS"),
            "no log": (drop(f"{_SINK}/log_delivery"), "worker logs are not delivered"),
            "log disabled": (
                put(f"{_SINK}/log_delivery/worker_log_delivery/cloudwatch_logs/enabled", False),
                "worker logs are not delivered",
            ),
            "password in a setting": (
                put(f"{_SINK}/connector_configuration/db.password", "hunter2"),
                "db.password holds a secret",
            ),
            "password in a login configuration": (
                put(f"{_SETTINGS}/iceberg.kafka.sasl.jaas.config", 'Module required password="hunter2";'),
                "jaas.config: password holds a secret",
            ),
            "a password in a URL": (put(f"{_SETTINGS}/url", "jdbc:x://u:hunter2@h/d"), "url holds a password"),
            "SASL PLAIN login": (
                put(
                    f"{_SETTINGS}/iceberg.kafka.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                ),
                "instead of the role",
            ),
            "plaintext Kafka protocol": (
                put(f"{_SETTINGS}/iceberg.kafka.security.protocol", "PLAINTEXT"),
                "Kafka without encryption",
            ),
            "certificate verification disabled": (
                put(f"{_SETTINGS}/consumer.override.ssl.endpoint.identification.algorithm", ""),
                "host names of certificates are not verified",
            ),
            "schema registry over HTTP": (
                put(f"{_SETTINGS}/schema.registry.url", "http://r:8081"),
                "HTTP without encryption",
            ),
            "automatic table creation": (
                put(f"{_SETTINGS}/iceberg.tables.auto-create-enabled", "true"),
                "created without an owner",
            ),
            "tolerated errors without a dead letter queue": (
                put(f"{_SETTINGS}/errors.tolerance", "all"),
                "lost without notice",
            ),
            "password in the worker configuration": (
                put(f"{_WORKERS}/properties_file_content", "producer.ssl.keystore.password=hunter2\n"),
                "properties_file_content: producer.ssl.keystore.password holds a secret",
            ),
            "plaintext workers": (
                put(f"{_WORKERS}/properties_file_content", "producer.security.protocol : PLAINTEXT\n"),
                "Kafka without encryption",
            ),
        },
        {
            "several references in one value": put(
                f"{_SETTINGS}/basic.auth.user.info", "$${secretsmanager:r:user}:$${secretsmanager:r:password}"
            ),
            "config provider reference": put(f"{_SETTINGS}/db.password", "$${secretsmanager:db:password}"),
            "TLS": put(f"{_SETTINGS}/iceberg.kafka.security.protocol", "SASL_SSL"),
            "dead letter queue": both(
                put(f"{_SETTINGS}/errors.tolerance", "all"),
                put(f"{_SETTINGS}/errors.deadletterqueue.topic.name", "failed"),
            ),
        },
    ),
    Case(
        "LK_CONNECT_2",
        CONNECT,
        {"key without a hash": (put(f"{_PLUGIN}/file_key", "plugins/sink.zip"), "plugins/sink.zip can be overwritten")},
        {
            "object version": both(
                put(f"{_PLUGIN}/file_key", "plugins/sink.zip"), put(f"{_PLUGIN}/object_version", "v1")
            ),
        },
    ),
    Case(
        "LK_FIREHOSE_1",
        FIREHOSE,
        {
            "no encryption": (
                drop(f"{_PUT}/server_side_encryption"),
                "server_side_encryption is not enabled with key_type CUSTOMER_MANAGED_CMK",
            ),
            "AWS owned key": (
                put(f"{_PUT}/server_side_encryption/key_type", "AWS_OWNED_CMK"),
                "server_side_encryption is not enabled with key_type CUSTOMER_MANAGED_CMK",
            ),
            "no key": (drop(f"{_PUT}/server_side_encryption/key_arn"), "server_side_encryption has no KMS key"),
        },
    ),
    Case(
        "LK_FIREHOSE_2",
        FIREHOSE,
        {
            "no log": (
                drop(f"{_TO_LAKE}/iceberg_configuration/cloudwatch_logging_options"),
                "iceberg_configuration has no error logging",
            ),
            "no error prefix": (
                drop(f"{_TO_LAKE}/iceberg_configuration/s3_configuration/error_output_prefix"),
                "error_output_prefix",
            ),
            "public connectivity": (
                put(f"{_TO_LAKE}/msk_source_configuration/authentication_configuration/connectivity", "PUBLIC"),
                "public addresses",
            ),
            "no log of failed records": (
                drop(f"{_TO_LAKE}/iceberg_configuration/s3_configuration/cloudwatch_logging_options"),
                "s3_configuration of iceberg_configuration has no error logging",
            ),
            "no log of an S3 destination": (
                drop(f"{_PUT}/extended_s3_configuration/cloudwatch_logging_options"),
                "extended_s3_configuration has no error logging",
            ),
        },
    ),
    Case(
        "LK_FLINK_1",
        FLINK,
        {
            "unsupported runtime": (
                put(f"{_APP}/runtime_environment", "FLINK-1_15"),
                "runtime FLINK-1_15 is no longer supported",
            ),
            "no checkpoints": (
                put(f"{_CONFIG}/flink_application_configuration/checkpoint_configuration/checkpointing_enabled", False),
                "checkpointing_enabled is false",
            ),
            "no snapshots": (
                put(f"{_CONFIG}/application_snapshot_configuration/snapshots_enabled", False),
                "snapshots_enabled is not true",
            ),
        },
        {
            "default checkpoints": put(
                f"{_CONFIG}/flink_application_configuration/checkpoint_configuration", {"configuration_type": "DEFAULT"}
            )
        },
    ),
    Case(
        "LK_FLINK_2",
        FLINK,
        {
            "no VPC": (drop(f"{_CONFIG}/vpc_configuration"), "vpc_configuration is not set"),
            "no log": (drop(f"{_APP}/cloudwatch_logging_options"), "cloudwatch_logging_options is not set"),
            "password in a property": (
                put(f"{_CONFIG}/environment_properties/property_group/0/property_map/db.password", "x"),
                "kafka.db.password",
            ),
            "password in a URL": (
                put(f"{_CONFIG}/environment_properties/property_group/0/property_map/url", "jdbc:x://u:p@h/db"),
                "kafka.url holds a password in a URL",
            ),
        },
        {
            "secret ARN": put(
                f"{_CONFIG}/environment_properties/property_group/0/property_map/db.secret",
                "arn:aws:secretsmanager:eu-west-1:1:secret:s",
            )
        },
    ),
    Case(
        "LK_SCHEMA_1",
        SCHEMA,
        {
            "compatibility NONE": (put("aws_glue_schema/Order/compatibility", "NONE"), "is NONE"),
            "compatibility DISABLED": (put("aws_glue_schema/Order/compatibility", "DISABLED"), "is DISABLED"),
            "schema without a description": (drop("aws_glue_schema/Order/description"), "description is not set"),
            "registry without a description": (drop("aws_glue_registry/Events/description"), "description is not set"),
        },
    ),
]
