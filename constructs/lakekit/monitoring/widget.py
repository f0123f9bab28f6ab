"""Widgets that constructs add to the dashboards of their environment and domain."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.bindings import Construct
from lakekit.core.stack import stack_of
from lakekit.monitoring.metrics import Metric, MetricSearch, MetricSum, Widget


def add_widget(construct: Construct, title: str, metrics: Sequence[Metric | MetricSum | MetricSearch]) -> None:
    """Add a graph to the dashboards, which the observability stack creates after all other stacks."""
    stack = stack_of(construct)
    stack.widgets.append(Widget(title, tuple(metrics), stack.stack_name, getattr(stack, "domain", None)))
