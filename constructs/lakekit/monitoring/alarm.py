"""CloudWatch alarms, which notify the alarm topic of the environment."""

from __future__ import annotations

from typing import Any, Final, Literal

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.monitoring.metrics import Metric, MetricSum
from lakekit.naming import Names, slug

Comparison = Literal[
    "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold"
]
TOPIC_NAME: Final = "alarms"


def alarm_topic_arn(names: Names) -> str:
    """Return the literal ARN of the alarm topic, which the observability stack creates."""
    return names.arn("sns", names.resource(TOPIC_NAME))


class Alarm(Construct):
    """A CloudWatch alarm that notifies the alarm topic of the environment on ALARM and OK.

    Args:
        scope: the monitored construct.
        id: PascalCase id.
        metric: the metric, or the sum of several.
        threshold: the threshold, in the unit of the metric.
        comparison: comparison operator; above the threshold by default.
        description: the problem and what to do about it, for the person on call.
        evaluation_periods: consecutive periods in which the metric has to breach the threshold.
        treat_missing_data: meaning of missing data; `breaching` where missing data is the fault.

    Attributes:
        name: physical name, a literal.
        resource: the `aws_cloudwatch_metric_alarm`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        metric: Metric | MetricSum,
        threshold: float,
        description: str,
        comparison: Comparison = "GreaterThanThreshold",
        evaluation_periods: int = 1,
        treat_missing_data: Literal["breaching", "notBreaching", "ignore", "missing"] = "notBreaching",
    ) -> None:
        super().__init__(scope, id)
        if not description.strip():
            raise ConstructError(self, "has no description", fix="describe the problem and what to do about it")
        stack = stack_of(self)
        names = environment_of(self).names
        topic = alarm_topic_arn(names)
        self.name: Final = names.resource(stack.stack_name, slug(scope.node.id), slug(id))
        self.resource: Final = aws.cloudwatch_metric_alarm.CloudwatchMetricAlarm(
            self,
            "Alarm",
            alarm_name=self.name,
            alarm_description=description,
            **(_total(metric) if isinstance(metric, MetricSum) else _single(metric)),
            evaluation_periods=evaluation_periods,
            datapoints_to_alarm=evaluation_periods,
            threshold=threshold,
            comparison_operator=comparison,
            treat_missing_data=treat_missing_data,
            alarm_actions=[topic],
            ok_actions=[topic],
        )


def _single(metric: Metric) -> dict[str, Any]:
    extended = metric.statistic.startswith(("p", "tm"))
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": dict(metric.dimensions),
        "statistic": None if extended else metric.statistic,
        "extended_statistic": metric.statistic if extended else None,
        "period": metric.period,
    }


def _total(total: MetricSum) -> dict[str, Any]:
    module = aws.cloudwatch_metric_alarm
    parts = [
        module.CloudwatchMetricAlarmMetricQuery(
            id=f"m{number}",
            metric=module.CloudwatchMetricAlarmMetricQueryMetric(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions),
                stat=metric.statistic,
                period=metric.period,
            ),
        )
        for number, metric in enumerate(total.metrics, start=1)
    ]
    whole = module.CloudwatchMetricAlarmMetricQuery(
        id="total", expression=total.expression, label=total.label, return_data=True
    )
    return {"metric_query": [whole, *parts]}
