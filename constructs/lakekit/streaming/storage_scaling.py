"""Automatic expansion of broker volumes."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws

# MSK's best practices: a target utilization of 50 to 60 %.
TARGET_PERCENT: Final = 60


class StorageScaling(Construct):
    """Application Auto Scaling for the volumes of an MSK cluster; scale-out only, since volumes never shrink.

    Args:
        scope: the cluster.
        id: PascalCase id.
        cluster_arn: reference to the cluster's ARN.
        name: the cluster's name.
        max_gib: maximum volume size of each broker in GiB.
    """

    def __init__(self, scope: Construct, id: str, *, cluster_arn: str, name: str, max_gib: int) -> None:
        super().__init__(scope, id)
        self.target: Final = aws.appautoscaling_target.AppautoscalingTarget(
            self,
            "Target",
            service_namespace="kafka",
            scalable_dimension="kafka:broker-storage:VolumeSize",
            resource_id=cluster_arn,
            # MSK requires 1; volumes never shrink.
            min_capacity=1,
            max_capacity=max_gib,
        )
        module = aws.appautoscaling_policy
        prefix = "AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration"
        metric = getattr(module, f"{prefix}PredefinedMetricSpecification")(
            predefined_metric_type="KafkaBrokerStorageUtilization"
        )
        self.policy: Final = module.AppautoscalingPolicy(
            self,
            "Policy",
            name=f"{name}-storage",
            policy_type="TargetTrackingScaling",
            service_namespace="kafka",
            scalable_dimension="kafka:broker-storage:VolumeSize",
            resource_id=cluster_arn,
            target_tracking_scaling_policy_configuration=getattr(module, prefix)(
                target_value=TARGET_PERCENT, disable_scale_in=True, predefined_metric_specification=metric
            ),
            depends_on=[self.target],
        )
