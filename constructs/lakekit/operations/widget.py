"""Widgets: what a construct shows of itself on the dashboards of its environment and domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lakekit.bindings import Construct
from lakekit.operations.alarm import Metric
from lakekit.stack import stack_of


@dataclass(frozen=True, slots=True)
class Widget:
    """One graph.

    Args:
        title: what it shows, with the name of what it is of.
        metrics: what is drawn, on one axis.
        stack: the stack it comes from.
        domain: the domain it belongs to; none for the platform.
    """

    title: str
    metrics: tuple[Metric, ...]
    stack: str
    domain: str | None = None


def show(construct: Construct, title: str, metrics: Sequence[Metric]) -> None:
    """Put a graph on the dashboards; the observability stack draws what the stacks before it have shown."""
    stack = stack_of(construct)
    stack.widgets.append(Widget(title, tuple(metrics), stack.stack_name, getattr(stack, "domain", None)))
