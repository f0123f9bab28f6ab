"""Operations: alarms, dashboards, topics, logs."""

from __future__ import annotations

from lakekit.operations.alarm import Alarm, Metric, alarm_topic_arn
from lakekit.operations.log_group import LogGroup, logs_use_key
from lakekit.operations.widget import Widget, show

__all__ = ["Alarm", "LogGroup", "Metric", "Widget", "alarm_topic_arn", "logs_use_key", "show"]
