"""Widgets: what a construct shows of itself on the dashboards of its environment and domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lakekit.bindings import Construct
from lakekit.core.stack import stack_of
from lakekit.monitoring.alarm import Metric, MetricSum


@dataclass(frozen=True, slots=True)
class MetricSearch:
    """Every metric that CloudWatch finds, where nobody knows beforehand which there will be.

    Args:
        namespace: such as `AWS/Kafka`.
        name: the metric's name.
        dimensions: the names of its dimensions, all of them.
        known_dimensions: dimensions whose values are known.
        statistic: such as `Average`.
        period: seconds; 60 or a multiple.
    """

    namespace: str
    name: str
    dimensions: tuple[str, ...]
    known_dimensions: Mapping[str, str]
    statistic: str = "Average"
    period: int = 300

    @property
    def expression(self) -> str:
        """In CloudWatch's search syntax ("Use search expressions in graphs")."""
        schema = ",".join([self.namespace, *(f'"{one}"' for one in self.dimensions)])
        known = " ".join(f'"{name}"="{value}"' for name, value in self.known_dimensions.items())
        found = f'{{{schema}}} MetricName="{self.name}" {known}'
        return f"SEARCH('{found}', '{self.statistic}', {self.period})"


@dataclass(frozen=True, slots=True)
class Widget:
    """One graph.

    Args:
        title: what it shows, with the name of what it is of.
        metrics: what is drawn, on one axis; a MetricSum is drawn as its sum.
        stack: the stack it comes from.
        domain: the domain it belongs to; none for the platform.
    """

    title: str
    metrics: tuple[Metric | MetricSum | MetricSearch, ...]
    stack: str
    domain: str | None = None


def add_widget(construct: Construct, title: str, metrics: Sequence[Metric | MetricSum | MetricSearch]) -> None:
    """Put a graph on the dashboards; the observability stack draws what the stacks before it have shown."""
    stack = stack_of(construct)
    stack.widgets.append(Widget(title, tuple(metrics), stack.stack_name, getattr(stack, "domain", None)))
