"""Monitoring: alarms, dashboards, budgets, alarm topics and log groups."""

from __future__ import annotations

from lakekit.monitoring.alarm import Alarm, alarm_topic_arn
from lakekit.monitoring.alarm_topic import AlarmTopic, AlarmTopicReference
from lakekit.monitoring.budget import CostBudget
from lakekit.monitoring.dashboard import Dashboard, stacks_of
from lakekit.monitoring.failure_events import FailureEvents
from lakekit.monitoring.log_group import LogGroup, logs_key_statement
from lakekit.monitoring.metrics import Metric, MetricSearch, MetricSum, Widget
from lakekit.monitoring.widget import add_widget

__all__ = [
    "Alarm",
    "AlarmTopic",
    "AlarmTopicReference",
    "CostBudget",
    "Dashboard",
    "FailureEvents",
    "LogGroup",
    "Metric",
    "MetricSearch",
    "MetricSum",
    "Widget",
    "add_widget",
    "alarm_topic_arn",
    "logs_key_statement",
    "stacks_of",
]
