"""Widgets: what a construct shows of itself on the dashboards of its environment and domain."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.bindings import Construct
from lakekit.core.stack import stack_of
from lakekit.monitoring.metrics import Metric, MetricSearch, MetricSum, Widget


def add_widget(construct: Construct, title: str, metrics: Sequence[Metric | MetricSum | MetricSearch]) -> None:
    """Put a graph on the dashboards; the observability stack draws what the stacks before it have shown."""
    stack = stack_of(construct)
    stack.widgets.append(Widget(title, tuple(metrics), stack.stack_name, getattr(stack, "domain", None)))
