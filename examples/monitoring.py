"""Monitoring: alarm topic, dashboard, budget, and an alarm of a team."""

from __future__ import annotations

from lakekit import Alarm, AlarmTopic, CostBudget, Dashboard, Environment, LakehouseApp, LakehouseStack, Metric


class ObservabilityStack(LakehouseStack):
    """Alarms, alarm topic, budget and dashboard."""

    def __init__(self, app: LakehouseApp, environment: Environment) -> None:
        super().__init__(app, environment, "observability")
        topic = AlarmTopic(self, "Alarms")
        if environment.operations.budget:
            CostBudget(self, "Budget", settings=environment.operations.budget, topic=topic)
        Dashboard(self, "Overview", name="lakehouse", title="Lakehouse")
        Alarm(
            self,
            "ImportQueueAge",
            metric=Metric(
                namespace="AWS/SQS",
                name="ApproximateAgeOfOldestMessage",
                dimensions={"QueueName": "acme-import"},
                statistic="Maximum",
            ),
            threshold=900,
            description="Messages wait longer than 15 minutes. Check the logs of the importer, then restart it.",
        )
