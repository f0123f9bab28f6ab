"""Rules for Firehose, Flink and schemas."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources
from streaming_fixtures import KAFKA

__all__ = ["test_passes", "test_rejects"]

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
        "LK_FIREHOSE_1",
        FIREHOSE,
        {
            "no encryption": (
                drop(f"{_PUT}/server_side_encryption"),
                "server_side_encryption is not enabled with key_type CUSTOMER_MANAGED_CMK",
            ),
            "AWS owned key": (
                put(f"{_PUT}/server_side_encryption/key_type", "AWS_OWNED_CMK"),
                "server_side_encryption has key_type AWS_OWNED_CMK, not CUSTOMER_MANAGED_CMK",
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
