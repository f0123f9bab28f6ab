"""Rules for MSK Connect."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

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

CASES = [
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
            "password in a URL": (put(f"{_SETTINGS}/url", "jdbc:x://u:hunter2@h/d"), "url holds a password"),
            "SCRAM login": (
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
            "blanks that Kafka trims": (put(f"{_SETTINGS}/errors.tolerance", "all\t"), "lost without notice"),
            "password in the worker configuration": (
                put(f"{_WORKERS}/properties_file_content", "producer.ssl.keystore.password=hunter2\n"),
                "properties_file_content: producer.ssl.keystore.password holds a secret",
            ),
            "password in an escaped key": (
                put(f"{_WORKERS}/properties_file_content", "producer.ssl.keystore.pass\\\n  word=hunter2\n"),
                "properties_file_content: producer.ssl.keystore.password holds a secret",
            ),
            "malformed escape": (
                put(f"{_WORKERS}/properties_file_content", "a=\\u12\n"),
                "properties_file_content cannot be loaded",
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
]
