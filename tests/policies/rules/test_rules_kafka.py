"""Rules for MSK clusters."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, tier
from streaming_fixtures import CLUSTER

__all__ = ["test_passes", "test_rejects"]

_MSK = "aws_msk_cluster/Kafka"
_NODES = f"{_MSK}/broker_node_group_info"
_SERVERLESS_CLUSTER = "aws_msk_serverless_cluster/Quiet"
_TRACKING = "aws_appautoscaling_policy/Kafka/target_tracking_scaling_policy_configuration"

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
]
