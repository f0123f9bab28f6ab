"""Streaming resources that pass every rule."""

from __future__ import annotations

from rule_cases import ACCOUNT, policy, resources

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
