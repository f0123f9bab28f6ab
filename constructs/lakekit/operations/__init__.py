"""Operations: alarms, dashboards, budgets, topics, logs."""

from __future__ import annotations

from lakekit.operations.alarm import Alarm, Metric, Total, alarm_topic_arn
from lakekit.operations.alarm_topic import AlarmTopic
from lakekit.operations.budget import CostBudget
from lakekit.operations.dashboard import Dashboard, stacks_of
from lakekit.operations.log_group import LogGroup, logs_use_key
from lakekit.operations.state_changes import StateChanges
from lakekit.operations.widget import Search, Widget, show

__all__ = [
    "Alarm",
    "AlarmTopic",
    "CostBudget",
    "Dashboard",
    "LogGroup",
    "Metric",
    "Search",
    "StateChanges",
    "Total",
    "Widget",
    "alarm_topic_arn",
    "logs_use_key",
    "show",
    "stacks_of",
]
