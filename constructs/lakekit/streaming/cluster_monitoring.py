"""Alarms and widgets of Kafka clusters, consumer groups and connectors."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct
from lakekit.monitoring import Alarm, Metric, MetricSearch, add_widget
from lakekit.naming import pascal, slug

NAMESPACE: Final = "AWS/Kafka"
# MSK's best practices recommend an alarm at 85 % of a broker's disk. With storage scaling at 60 %, the alarm means that
# the expansion has stopped: the limit is reached, or MSK waits its six hours between two expansions.
DISK_PERCENT: Final = 85


class ClusterMonitoring(Construct):
    """Alarms and widgets of a provisioned cluster.

    Args:
        scope: the cluster.
        id: PascalCase id.
        cluster: physical name of the cluster.
        title: name in dashboards.
        brokers: number of brokers.
    """

    def __init__(self, scope: Construct, id: str, *, cluster: str, title: str, brokers: int) -> None:
        super().__init__(scope, id)
        whole = {"Cluster Name": cluster}
        numbers = range(1, brokers + 1)

        def each(name: str, statistic: str = "Average") -> list[Metric]:
            return [
                Metric(
                    NAMESPACE, name, {**whole, "Broker ID": str(number)}, statistic=statistic, label=f"broker {number}"
                )
                for number in numbers
            ]

        Alarm(
            scope,
            "OfflinePartitions",
            metric=Metric(NAMESPACE, "OfflinePartitionsCount", whole, statistic="Maximum", period=60),
            threshold=0,
            description=(
                f"Kafka {cluster}: partitions have no leader, so they can be neither written nor read. "
                "Look at which brokers are down in the MSK console, and at the broker logs."
            ),
        )
        for number, metric in zip(numbers, each("UnderReplicatedPartitions", "Maximum"), strict=True):
            Alarm(
                scope,
                f"Broker{number}UnderReplicated",
                metric=metric,
                threshold=0,
                # Patching restarts brokers one by one: 15 minutes of catching up is normal.
                evaluation_periods=3,
                description=(
                    f"Kafka {cluster}: partitions that broker {number} leads lack a replica for 15 minutes. "
                    "One more failure may stop writes: look at broker load, disks and the network."
                ),
            )
        for number, metric in zip(numbers, each("KafkaDataLogsDiskUsed", "Maximum"), strict=True):
            Alarm(
                scope,
                f"Broker{number}Disk",
                metric=metric,
                threshold=DISK_PERCENT,
                description=(
                    f"Kafka {cluster}: the disk of broker {number} is over {DISK_PERCENT} % full. Raise "
                    "max_storage_gib, or shorten the retention of the largest topics; a full broker stops."
                ),
            )
        add_widget(scope, f"Kafka {title}: bytes in", each("BytesInPerSec"))
        add_widget(scope, f"Kafka {title}: bytes out", each("BytesOutPerSec"))
        add_widget(scope, f"Kafka {title}: disk used, percent", each("KafkaDataLogsDiskUsed", "Maximum"))
        add_widget(
            scope,
            f"Kafka {title}: partitions in trouble",
            [
                Metric(NAMESPACE, "OfflinePartitionsCount", whole, statistic="Maximum", label="offline"),
                *each("UnderReplicatedPartitions", "Maximum"),
            ],
        )


def add_topic_widgets(scope: Construct, *, cluster: str, title: str) -> None:
    """Add widgets for all topics and consumer groups of a serverless cluster (MSK Serverless, "Monitoring")."""
    known = {"Cluster Name": cluster}

    def found(name: str, *by: str, statistic: str = "Average") -> MetricSearch:
        return MetricSearch(NAMESPACE, name, ("Cluster Name", *by), known, statistic)

    add_widget(scope, f"Kafka {title}: bytes in by topic", [found("BytesInPerSec", "Topic")])
    add_widget(scope, f"Kafka {title}: bytes out by topic", [found("BytesOutPerSec", "Topic")])
    lag = found("EstimatedMaxTimeLag", "Consumer Group", "Topic", statistic="Maximum")
    add_widget(scope, f"Kafka {title}: seconds behind by group", [lag])


def alarm_on_consumer_lag(scope: Construct, *, cluster: str, topic: str, group: str, minutes: int) -> Alarm:
    """Create an alarm and a widget on MSK's estimate of a consumer group's time lag."""
    metric = Metric(
        NAMESPACE,
        "EstimatedMaxTimeLag",
        {"Cluster Name": cluster, "Consumer Group": group, "Topic": topic},
        statistic="Maximum",
        label=group,
    )
    id = pascal(slug(f"lag-{group}-{topic}"))
    add_widget(scope, f"Kafka {topic}: seconds that {group} is behind", [metric])
    return Alarm(
        scope,
        id,
        metric=metric,
        threshold=minutes * 60,
        evaluation_periods=3,
        description=(
            f"Kafka {cluster}: the consumer group {group} is over {minutes} minutes behind on {topic}. "
            "Is the consumer running, and are its errors in its log? If it is just slow, give it more parallelism."
        ),
    )


def monitor_connector(scope: Construct, name: str) -> None:
    """Add an alarm on failed tasks of an MSK Connect connector, and its widgets."""

    def metric(metric_name: str) -> Metric:
        return Metric("AWS/KafkaConnect", metric_name, {"ConnectorName": name}, statistic="Maximum")

    Alarm(
        scope,
        "FailedTasks",
        metric=metric("ErroredTaskCount"),
        threshold=0,
        evaluation_periods=2,
        description=f"Connector {name}: tasks have failed and stay so. Its log says why; restart it after.",
    )
    add_widget(scope, f"Connector {name}: tasks", [metric("RunningTaskCount"), metric("ErroredTaskCount")])
    add_widget(scope, f"Connector {name}: workers and CPU", [metric("WorkerCount"), metric("CpuUtilization")])
