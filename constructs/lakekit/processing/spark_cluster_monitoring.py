"""Alarms and widgets of EMR clusters."""

from __future__ import annotations

from lakekit.bindings import Construct
from lakekit.monitoring import Alarm, Metric, add_widget


def monitor_cluster(construct: Construct, *, name: str, short_name: str, cluster_id: str, long_running: bool) -> None:
    """Add a widget, and alarms on unhealthy nodes, memory, and for a long-running cluster on its termination."""

    def metric(metric_name: str, statistic: str, label: str) -> Metric:
        return Metric("AWS/ElasticMapReduce", metric_name, {"JobFlowId": cluster_id}, statistic, 300, label)

    Alarm(
        construct,
        "UnhealthyNodes",
        metric=metric("MRUnhealthyNodes", "Maximum", "unhealthy"),
        threshold=0,
        evaluation_periods=3,
        description=f"{name} has unhealthy nodes: a full disk is the usual reason; look at node logs in S3",
    )
    Alarm(
        construct,
        "MemoryShort",
        metric=metric("YARNMemoryAvailablePercentage", "Average", "memory left, %"),
        comparison="LessThanThreshold",
        threshold=10,
        evaluation_periods=6,
        description=f"{name} has had less than a tenth of its memory left for half an hour at its maximum "
        "size: look for a job that runs away, then raise max_units",
    )
    if long_running:
        Alarm(
            construct,
            "Gone",
            metric=metric("MRActiveNodes", "Maximum", "active"),
            comparison="LessThanThreshold",
            threshold=1,
            evaluation_periods=3,
            # A terminated cluster sends no data.
            treat_missing_data="breaching",
            description=f"{name} has no node that works, or has ended: its last change of state in the EMR "
            "console says why; deploy again to have it back",
        )
    add_widget(construct, f"EMR {short_name}: nodes", [metric("MRActiveNodes", "Maximum", "active")])
