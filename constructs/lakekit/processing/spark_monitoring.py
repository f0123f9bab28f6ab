"""Alarms and widgets of EMR Serverless applications."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.monitoring import Alarm, Metric, MetricSum, add_widget
from lakekit.processing.spark_iceberg import release_number

# First release that writes metrics with the application's name only.
_NAMED_METRICS: Final = (7, 10)


def monitor_spark(
    construct: Construct,
    *,
    name: str,
    short_name: str,
    application_id: str,
    release: str,
    max_vcpu: int,
    log_group: str,
) -> tuple[Alarm, Alarm]:
    """Add widgets, and alarms on failed jobs and on exhausted capacity; return the two alarms."""
    dimensions = {"ApplicationId": application_id}
    # From 7.10 on only metrics with the application's name exist (EMR Serverless user guide, "Monitoring EMR
    # Serverless applications and jobs"; AWS's sample dashboards use them).
    if release_number(release) >= _NAMED_METRICS:
        dimensions["ApplicationName"] = name

    def metric(metric_name: str, statistic: str, label: str, **more: str) -> Metric:
        return Metric("AWS/EMRServerless", metric_name, {**more, **dimensions}, statistic, 300, label)

    # Allocation has one metric per worker type and capacity type, and no total.
    kinds = [("Driver", "PreInit"), ("Driver", "OnDemand"), ("Executor", "PreInit"), ("Executor", "OnDemand")]
    parts = [
        metric(
            "CPUAllocated",
            "Maximum",
            f"{worker} {capacity}",
            WorkerType=f"Spark_{worker}",
            CapacityAllocationType=f"{capacity}Capacity",
        )
        for worker, capacity in kinds
    ]
    cpu = MetricSum(tuple(parts), "vCPU in use")
    failed = metric("FailedJobs", "Sum", "failed")
    failure_alarm = Alarm(
        construct,
        "JobsFail",
        metric=failed,
        threshold=0,
        description=f"A Spark job of {name} failed: read its driver's stderr in {log_group}",
    )
    capacity_alarm = Alarm(
        construct,
        "AtItsMaximum",
        metric=cpu,
        threshold=max_vcpu * 0.95,
        evaluation_periods=6,
        description=f"{name} has used all of its {max_vcpu} vCPU for half an hour and jobs wait: "
        "look for a job that runs away before raising max_vcpu",
    )
    add_widget(construct, f"Spark {short_name}: vCPU", [cpu])
    add_widget(construct, f"Spark {short_name}: jobs", [metric("SuccessJobs", "Sum", "succeeded"), failed])
    return failure_alarm, capacity_alarm
