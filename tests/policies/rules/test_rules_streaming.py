"""Kafka, connectors, deliveries, Flink, schemas."""

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
_QUIET = "aws_msk_serverless_cluster/Quiet"
_SHARED = "aws_msk_cluster_policy/Kafka/policy"
_READER = "aws_iam_role_policy/Reader/policy"
_TRACKING = "aws_appautoscaling_policy/Kafka/target_tracking_scaling_policy_configuration"


def _said(old: str, new: str) -> Change:
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
            "a plain-text listener": (
                put(f"{_MSK}/encryption_info/encryption_in_transit/client_broker", "PLAINTEXT"),
                "clear text",
            ),
            "both listeners": (
                put(f"{_MSK}/encryption_info/encryption_in_transit/client_broker", "TLS_PLAINTEXT"),
                "clear text",
            ),
            "copies in clear text": (put(f"{_MSK}/encryption_info/encryption_in_transit/in_cluster", False), "copy"),
            "anyone": (put(f"{_MSK}/client_authentication/unauthenticated", True), "unauthenticated"),
            "passwords": (put(f"{_MSK}/client_authentication/sasl/scram", True), "SCRAM"),
            "certificates": (
                put(f"{_MSK}/client_authentication/tls", {"certificate_authority_arns": ["arn:ca"]}),
                "certificates",
            ),
            "no IAM": (put(f"{_MSK}/client_authentication/sasl/iam", False), "IAM authentication is off"),
            "nothing said": (drop(f"{_MSK}/client_authentication"), "IAM authentication is off"),
            "public brokers": (
                put(f"{_NODES}/connectivity_info/public_access/type", "SERVICE_PROVIDED_EIPS"),
                "public addresses",
            ),
        },
    ),
    Case(
        "LK_MSK_2",
        CLUSTER,
        {
            "brokers that do not fit": (put(f"{_MSK}/number_of_broker_nodes", 4), "no multiple of 3"),
            "two zones": (put(f"{_NODES}/client_subnets", ["subnet-1", "subnet-2"]), "3 are needed"),
            "a public subnet": (put("aws_subnet/B/map_public_ip_on_launch", True), "is a public subnet"),
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
            "no key": (drop(f"{_MSK}/encryption_info/encryption_at_rest_kms_key_arn"), "names no KMS key"),
            "a key of AWS": (
                put(
                    f"{_MSK}/encryption_info/encryption_at_rest_kms_key_arn", "arn:aws:kms:eu-west-1:1:alias/aws/kafka"
                ),
                "a key that AWS manages",
            ),
            "no configuration": (drop(f"{_MSK}/configuration_info"), "MSK's defaults"),
            "no metrics": (put(f"{_MSK}/enhanced_monitoring", "DEFAULT"), "under-replicated"),
            "disks that stay": (drop("aws_appautoscaling_target/Kafka"), "grows its disks"),
        },
    ),
    Case(
        "LK_MSK_4",
        CLUSTER,
        {
            "unclean": (
                _said("election.enable=false", "election.enable=true"),
                "unclean.leader.election.enable is true",
            ),
            "by accident": (_said("auto.create.topics.enable=false\n", ""), "auto.create.topics.enable is not set"),
            "two copies in prod": (_said("replication.factor=3", "replication.factor=2"), "at least 3"),
            "one acknowledged": (_said("insync.replicas=2", "insync.replicas=1"), "at least 2"),
            "commented out": (_said("min.insync", "#min.insync"), "min.insync.replicas is not set"),
            "anyone": (_said("found=false", "found=true"), "allow.everyone"),
            "for ever": (_said("hours=168", "hours=-1"), "endless"),
            "not at all": (_said("hours=168", "hours=0"), "less than an hour"),
            "for a century": (_said("hours=168", "hours=876000"), "more than 87600"),
            "for ever, by another unit": (_said("hours=168\n", "hours=168\nlog.retention.ms=-1\n"), "ms is -1"),
            "for a minute": (_said("hours=168\n", "hours=168\nlog.retention.minutes=1\n"), "minutes is 1: records"),
            "no number": (_said("hours=168", "hours=week"), "no number"),
            "a few bytes": (_said("hours=168\n", "hours=168\nlog.retention.bytes=1048576\n"), "less than 1 GiB"),
            "no bytes": (_said("hours=168\n", "hours=168\nlog.retention.bytes=0\n"), "less than 1 GiB"),
            "the last of each key": (
                _said("hours=168\n", "hours=168\nlog.cleanup.policy=compact\n"),
                "all but the last",
            ),
            "forgetful groups": (_said("hours=168\n", "hours=168\noffsets.retention.minutes=1\n"), "forget where"),
            "offsets in one copy": (
                _said("hours=168\n", "hours=168\noffsets.topic.replication.factor=1\n"),
                "offsets.topic.replication.factor is 1; at least 3",
            ),
            "transactions in one copy": (
                _said("hours=168\n", "hours=168\ntransaction.state.log.min.isr=1\n"),
                "min.isr is 1; at least 2",
            ),
            "all or nothing": (_said("insync.replicas=2", "insync.replicas=3"), "writes stop while a broker restarts"),
            "said twice": (
                _said("hours=168\n", "hours=168\nunclean.leader.election.enable=true\n"),
                "unclean.leader.election.enable is said twice",
            ),
            "said as Java reads it": (
                _said("hours=168\n", "hours=168\n  unclean.leader.election.enable : true\n"),
                "unclean.leader.election.enable is true",
            ),
            "said over two lines": (
                _said("hours=168\n", "hours=168\nunclean.leader.\\\n  election.enable=true\n"),
                "unclean.leader.election.enable is true",
            ),
        },
        {
            "a year": _said("hours=168", "hours=8760"),
            "in milliseconds": _said("log.retention.hours=168", "log.retention.ms=604800000"),
            "ten GiB": _said("hours=168\n", "hours=168\nlog.retention.bytes=10737418240\n"),
            "a remark": _said("hours=168\n", "hours=168\n! unclean.leader.election.enable=true\n"),
            "two copies in dev": both(
                tier("dev"), put(_TEXT, PROPERTIES.replace("factor=3", "factor=2").replace("replicas=2", "replicas=1"))
            ),
        },
    ),
    Case(
        "LK_MSK_5",
        CLUSTER,
        {
            "no IAM": (put(f"{_QUIET}/client_authentication/sasl/iam/enabled", False), "IAM authentication is off"),
            "one zone": (put(f"{_QUIET}/vpc_config/0/subnet_ids", ["subnet-1"]), "two are needed"),
            "the default group": (drop(f"{_QUIET}/vpc_config/0/security_group_ids"), "no security group"),
            "a public subnet": (put("aws_subnet/A/map_public_ip_on_launch", True), "is a public subnet"),
        },
    ),
    Case(
        "LK_MSK_6",
        CLUSTER,
        {
            "anyone": (statement(_SHARED, "Reach", lambda s: s.update(Principal="*")), "lets in *"),
            "an account": (
                statement(_SHARED, "Reach", lambda s: s.update(Principal={"AWS": "222222222222"})),
                "whole account",
            ),
            "an account's root": (
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
            "all of a cluster": (
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
            "all topics, shorter": (
                statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*")),
                "every topic of kafka",
            ),
            "all groups": (
                statement(_READER, "Group", lambda s: s.update(Resource=f"{KAFKA}:group/kafka/*/*")),
                "every group of kafka",
            ),
        },
        {"a prefix": statement(_READER, "Topic", lambda s: s.update(Resource=f"{KAFKA}:topic/kafka/*/orders.*"))},
    ),
    Case(
        "LK_MSK_8",
        CLUSTER,
        {
            "upside down": (put("aws_appautoscaling_target/Kafka/min_capacity", 2000), "below min_capacity"),
            "more than there is": (put("aws_appautoscaling_target/Kafka/max_capacity", 20_000), "more than a broker"),
            "scaling in": (put(f"{_TRACKING}/disable_scale_in", False), "cannot shrink"),
            "late": (put(f"{_TRACKING}/target_value", 90), "90 %"),
        },
    ),
    Case(
        "LK_CONNECT_1",
        CONNECT,
        {
            "no IAM": (put(f"{_SINK}/kafka_cluster_client_authentication/authentication_type", "NONE"), "not IAM"),
            "clear text": (put(f"{_SINK}/kafka_cluster_encryption_in_transit/encryption_type", "PLAINTEXT"), "not TLS"),
            "no log": (drop(f"{_SINK}/log_delivery"), "log nowhere"),
            "a log switched off": (
                put(f"{_SINK}/log_delivery/worker_log_delivery/cloudwatch_logs/enabled", False),
                "log nowhere",
            ),
            "a password": (
                put(f"{_SINK}/connector_configuration/db.password", "hunter2"),
                "db.password holds a secret",
            ),
            "a password in a login": (
                put(f"{_SETTINGS}/iceberg.kafka.sasl.jaas.config", 'Module required password="hunter2";'),
                "jaas.config: password holds a secret",
            ),
            "a password in a URL": (put(f"{_SETTINGS}/url", "jdbc:x://u:hunter2@h/d"), "url holds a password"),
            "a login by password": (
                put(
                    f"{_SETTINGS}/iceberg.kafka.sasl.jaas.config",
                    "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                ),
                "instead of the role",
            ),
            "Kafka in clear text": (
                put(f"{_SETTINGS}/iceberg.kafka.security.protocol", "PLAINTEXT"),
                "Kafka without encryption",
            ),
            "any certificate": (
                put(f"{_SETTINGS}/consumer.override.ssl.endpoint.identification.algorithm", ""),
                "host names of certificates are not verified",
            ),
            "a registry in clear text": (
                put(f"{_SETTINGS}/schema.registry.url", "http://r:8081"),
                "HTTP without encryption",
            ),
            "tables by accident": (
                put(f"{_SETTINGS}/iceberg.tables.auto-create-enabled", "true"),
                "created without an owner",
            ),
            "losses": (put(f"{_SETTINGS}/errors.tolerance", "all"), "lost without notice"),
            "a password of workers": (
                put(f"{_WORKERS}/properties_file_content", "producer.ssl.keystore.password=hunter2\n"),
                "properties_file_content: producer.ssl.keystore.password holds a secret",
            ),
            "workers in clear text": (
                put(f"{_WORKERS}/properties_file_content", "producer.security.protocol : PLAINTEXT\n"),
                "Kafka without encryption",
            ),
        },
        {
            "several references in one": put(
                f"{_SETTINGS}/basic.auth.user.info", "$${secretsmanager:r:user}:$${secretsmanager:r:password}"
            ),
            "a reference": put(f"{_SETTINGS}/db.password", "$${secretsmanager:db:password}"),
            "encrypted": put(f"{_SETTINGS}/iceberg.kafka.security.protocol", "SASL_SSL"),
            "letters that are kept": both(
                put(f"{_SETTINGS}/errors.tolerance", "all"),
                put(f"{_SETTINGS}/errors.deadletterqueue.topic.name", "failed"),
            ),
        },
    ),
    Case(
        "LK_CONNECT_2",
        CONNECT,
        {"a key that stays": (put(f"{_PLUGIN}/file_key", "plugins/sink.zip"), "may be overwritten")},
        {
            "a version": both(put(f"{_PLUGIN}/file_key", "plugins/sink.zip"), put(f"{_PLUGIN}/object_version", "v1")),
        },
    ),
    Case(
        "LK_FIREHOSE_1",
        FIREHOSE,
        {
            "no encryption": (drop(f"{_PUT}/server_side_encryption"), "without encryption"),
            "a key of AWS": (put(f"{_PUT}/server_side_encryption/key_type", "AWS_OWNED_CMK"), "without encryption"),
            "no key": (drop(f"{_PUT}/server_side_encryption/key_arn"), "names no KMS key"),
        },
    ),
    Case(
        "LK_FIREHOSE_2",
        FIREHOSE,
        {
            "no log": (drop(f"{_TO_LAKE}/iceberg_configuration/cloudwatch_logging_options"), "logs no errors"),
            "nowhere": (
                drop(f"{_TO_LAKE}/iceberg_configuration/s3_configuration/error_output_prefix"),
                "error_output_prefix",
            ),
            "in public": (
                put(f"{_TO_LAKE}/msk_source_configuration/authentication_configuration/connectivity", "PUBLIC"),
                "public addresses",
            ),
            "no log of what fails": (
                drop(f"{_TO_LAKE}/iceberg_configuration/s3_configuration/cloudwatch_logging_options"),
                "leaves no trace",
            ),
            "no log of a put": (drop(f"{_PUT}/extended_s3_configuration/cloudwatch_logging_options"), "logs no errors"),
        },
    ),
    Case(
        "LK_FLINK_1",
        FLINK,
        {
            "an old runtime": (put(f"{_APP}/runtime_environment", "FLINK-1_15"), "no fixes"),
            "no checkpoints": (
                put(f"{_CONFIG}/flink_application_configuration/checkpoint_configuration/checkpointing_enabled", False),
                "checkpointing is off",
            ),
            "no snapshots": (
                put(f"{_CONFIG}/application_snapshot_configuration/snapshots_enabled", False),
                "snapshots are off",
            ),
        },
        {
            "checkpoints as AWS sets them": put(
                f"{_CONFIG}/flink_application_configuration/checkpoint_configuration", {"configuration_type": "DEFAULT"}
            )
        },
    ),
    Case(
        "LK_FLINK_2",
        FLINK,
        {
            "outside": (drop(f"{_CONFIG}/vpc_configuration"), "outside of our network"),
            "no log": (drop(f"{_APP}/cloudwatch_logging_options"), "logs nowhere"),
            "a password": (
                put(f"{_CONFIG}/environment_properties/property_group/0/property_map/db.password", "x"),
                "kafka.db.password",
            ),
            "a login in a URL": (
                put(f"{_CONFIG}/environment_properties/property_group/0/property_map/url", "jdbc:x://u:p@h/db"),
                "kafka.url holds a password in a URL",
            ),
        },
        {
            "where it is kept": put(
                f"{_CONFIG}/environment_properties/property_group/0/property_map/db.secret",
                "arn:aws:secretsmanager:eu-west-1:1:secret:s",
            )
        },
    ),
    Case(
        "LK_SCHEMA_1",
        SCHEMA,
        {
            "anything goes": (put("aws_glue_schema/Order/compatibility", "NONE"), "is NONE"),
            "nothing goes": (put("aws_glue_schema/Order/compatibility", "DISABLED"), "is DISABLED"),
            "not described": (drop("aws_glue_schema/Order/description"), "no description"),
            "a registry without words": (drop("aws_glue_registry/Events/description"), "no description"),
        },
    ),
]
