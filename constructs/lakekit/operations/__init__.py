"""Operations: alarms, dashboards, topics."""

from __future__ import annotations

from lakekit.operations.alarm import Alarm, Metric, alarm_topic_arn
from lakekit.operations.widget import Widget, show

__all__ = ["Alarm", "Metric", "Widget", "alarm_topic_arn", "show"]
