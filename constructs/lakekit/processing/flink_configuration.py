"""Configuration, network permissions and monitoring of a Flink application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.iam import Statement, statement
from lakekit.monitoring import Alarm, Metric, add_widget
from lakekit.storage import Artifact

_PREFIX = "Kinesisanalyticsv2ApplicationApplicationConfiguration"


def application_configuration(
    settings: Mapping[str, Any],
    *,
    code: Artifact,
    groups: Mapping[str, Mapping[str, str]],
    subnets: Sequence[str],
    security_group: str,
) -> dict[str, Any]:
    """Return the arguments of the application configuration, all set so that no later default of AWS changes them."""
    module = aws.kinesisanalyticsv2_application

    def block(name: str, **arguments: Any) -> Any:
        return getattr(module, _PREFIX + name)(**arguments)

    location = block(
        "ApplicationCodeConfigurationCodeContentS3ContentLocation",
        bucket_arn=code.bucket_arn,
        file_key=code.key,
    )
    flink = "FlinkApplicationConfiguration"
    return {
        "application_code_configuration": block(
            "ApplicationCodeConfiguration",
            code_content_type="ZIPFILE",
            code_content=block("ApplicationCodeConfigurationCodeContent", s3_content_location=location),
        ),
        # An update takes a snapshot and continues from it.
        "application_snapshot_configuration": block("ApplicationSnapshotConfiguration", snapshots_enabled=True),
        "environment_properties": block(
            "EnvironmentProperties",
            property_group=[
                block(
                    "EnvironmentPropertiesPropertyGroup",
                    property_group_id=name,
                    property_map=dict(sorted(values.items())),
                )
                for name, values in sorted(groups.items())
            ],
        )
        if groups
        else None,
        "flink_application_configuration": block(
            flink,
            checkpoint_configuration=block(
                f"{flink}CheckpointConfiguration",
                configuration_type="CUSTOM",
                checkpointing_enabled=True,
                checkpoint_interval=settings["checkpoint_ms"],
                min_pause_between_checkpoints=5000,
            ),
            monitoring_configuration=block(
                f"{flink}MonitoringConfiguration",
                configuration_type="CUSTOM",
                log_level="INFO",
                # Per task: metrics per operator or subtask cost a multiple.
                metrics_level="TASK",
            ),
            parallelism_configuration=block(
                f"{flink}ParallelismConfiguration",
                configuration_type="CUSTOM",
                parallelism=settings["parallelism"],
                parallelism_per_kpu=settings["parallelism_per_kpu"],
                auto_scaling_enabled=settings["autoscale"],
            ),
        ),
        # Only allowed for an application that is started.
        "run_configuration": block(
            "RunConfiguration",
            application_restore_configuration=block(
                "RunConfigurationApplicationRestoreConfiguration",
                application_restore_type="RESTORE_FROM_LATEST_SNAPSHOT",
            ),
            # State that the code can no longer restore is an error.
            flink_run_configuration=block("RunConfigurationFlinkRunConfiguration", allow_non_restored_state=False),
        )
        if settings["start"]
        else None,
        "vpc_configuration": block("VpcConfiguration", subnet_ids=list(subnets), security_group_ids=[security_group]),
    }


def network_statements(construct: Construct) -> list[Statement]:
    """Return the permissions for network interfaces in the VPC (Managed Flink, "VPC application permissions")."""
    names = environment_of(construct).names
    resources = [names.arn("ec2", f"{kind}/*") for kind in ("network-interface", "security-group", "subnet")]
    return [
        statement(
            "SeeNetwork",
            [
                "ec2:DescribeDhcpOptions",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "ec2:DescribeSubnets",
                "ec2:DescribeVpcs",
            ],
            ["*"],
        ),
        statement("JoinNetwork", ["ec2:CreateNetworkInterface"], resources),
        statement(
            "UseInterfaces", ["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"], resources[:1]
        ),
    ]


def monitor_application(construct: Construct, name: str, *, max_kpu: int, checkpoint_ms: int) -> None:
    """Add alarms and widgets of an application (Managed Flink, "Alarms")."""
    dimensions = {"Application": name}

    def metric(metric_name: str, statistic: str = "Maximum") -> Metric:
        return Metric("AWS/KinesisAnalytics", metric_name, dimensions, statistic=statistic)

    Alarm(
        construct,
        "Down",
        metric=metric("downtime"),
        threshold=0,
        evaluation_periods=2,
        description=f"Flink {name} is failing or recovering for ten minutes: its log says which exception restarts it.",
    )
    Alarm(
        construct,
        "CheckpointsSlow",
        # The count of failed checkpoints only resets at a restart; the duration covers slow and failed checkpoints.
        metric=metric("lastCheckpointDuration"),
        threshold=10 * checkpoint_ms,
        evaluation_periods=3,
        description=(
            f"Flink {name}: a checkpoint takes ten times as long as their interval, so commits to its tables wait. "
            "Look for back-pressure, skew, and rights to its files."
        ),
    )
    Alarm(
        construct,
        "Capped",
        metric=metric("KPUs"),
        threshold=max_kpu,
        comparison="GreaterThanOrEqualToThreshold",
        evaluation_periods=3,
        description=f"Flink {name} has scaled to its cap of {max_kpu} KPU: is it load, or an operator that is stuck?",
    )
    add_widget(construct, f"Flink {name}: downtime and restarts", [metric("downtime"), metric("fullRestarts")])
    add_widget(construct, f"Flink {name}: checkpoint duration, ms", [metric("lastCheckpointDuration")])
    add_widget(construct, f"Flink {name}: failed checkpoints since its start", [metric("numberOfFailedCheckpoints")])
    add_widget(construct, f"Flink {name}: KPU", [metric("KPUs")])
