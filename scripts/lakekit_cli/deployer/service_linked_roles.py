"""Service-linked roles that a new account lacks.

Services create them for console users; a role with few permissions may not. `lakekit bootstrap` creates them, so that
the deployer needs no `iam:CreateServiceLinkedRole`.
"""

from __future__ import annotations

from typing import Any, Final

from lakekit.environment import Environment, KafkaKind
from lakekit_cli.deployer.emitted import Emitted
from lakekit_cli.deployer.table import types

NAMES: Final = {
    # https://docs.aws.amazon.com/emr/latest/ManagementGuide/using-service-linked-roles-cleanup.html
    "elasticmapreduce.amazonaws.com": "AWSServiceRoleForEMRCleanup",
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/service-linked-roles-spot-instance-requests.html
    "spot.amazonaws.com": "AWSServiceRoleForEC2Spot",
    # https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/using-service-linked-roles.html
    "ops.emr-serverless.amazonaws.com": "AWSServiceRoleForAmazonEMRServerless",
    # https://docs.aws.amazon.com/msk/latest/developerguide/using-service-linked-roles.html
    "kafka.amazonaws.com": "AWSServiceRoleForKafka",
    # https://docs.aws.amazon.com/msk/latest/developerguide/mkc-using-service-linked-roles.html
    "kafkaconnect.amazonaws.com": "AWSServiceRoleForKafkaConnect",
    # https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
    "kafka.application-autoscaling.amazonaws.com": "AWSServiceRoleForApplicationAutoScaling_KafkaCluster",
}
"""Name of the role by service."""

TITLES: Final = {
    "elasticmapreduce.amazonaws.com": "EMR cleanup",
    "spot.amazonaws.com": "EC2 Spot",
    "ops.emr-serverless.amazonaws.com": "EMR Serverless",
    "kafka.amazonaws.com": "MSK",
    "kafkaconnect.amazonaws.com": "MSK Connect",
    "kafka.application-autoscaling.amazonaws.com": "Application Auto Scaling for MSK",
}
"""Name of the service, for messages."""


def required(emitted: Emitted) -> list[str]:
    """Return the services whose service-linked roles the types of an environment need."""
    return sorted({service for name in emitted.types for service in types()[name].service_linked_roles})


def of_environment(environment: Environment) -> list[str]:
    """Return the services whose service-linked roles the platform stacks of an environment need.

    Args:
        environment: the environment; what stacks of teams add is not in its file.
    """
    processing, streaming = environment.processing, environment.streaming
    used = {
        "ops.emr-serverless.amazonaws.com": processing.enabled and processing.spark.enabled,
        "elasticmapreduce.amazonaws.com": processing.enabled and processing.cluster.enabled,
        "spot.amazonaws.com": processing.enabled
        and processing.cluster.enabled
        and processing.cluster.spot_percentage > 0
        and processing.cluster.max_units > processing.cluster.min_units,
        "kafka.amazonaws.com": streaming.enabled,
        "kafka.application-autoscaling.amazonaws.com": streaming.enabled
        and streaming.kafka.kind is KafkaKind.PROVISIONED,
        "kafkaconnect.amazonaws.com": streaming.enabled and streaming.connect.enabled,
    }
    return [service for service, is_used in used.items() if is_used]


def exists(iam: Any, service: str) -> bool:
    """Whether the account has the service-linked role of a service.

    Args:
        iam: boto3 client of IAM.
        service: such as `spot.amazonaws.com`.
    """
    return bool(iam.list_roles(PathPrefix=f"/aws-service-role/{service}/")["Roles"])
