"""Widgets: what a construct shows of itself on the dashboards of its environment and domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lakekit.bindings import Construct
from lakekit.operations.alarm import Metric, Total
from lakekit.stack import stack_of


@dataclass(frozen=True, slots=True)
class Search:
    """Every metric that CloudWatch finds, where nobody knows beforehand which there will be.

    Args:
        namespace: such as `AWS/Kafka`.
        name: the metric's name.
        by: the names of its dimensions, all of them.
        of: dimensions whose values are known.
        statistic: such as `Average`.
        period: seconds; 60 or a multiple.
    """

    namespace: str
    name: str
    by: tuple[str, ...]
    of: Mapping[str, str]
    statistic: str = "Average"
    period: int = 300

    @property
    def expression(self) -> str:
        """In CloudWatch's search syntax ("Use search expressions in graphs")."""
        schema = ",".join([self.namespace, *(f'"{one}"' for one in self.by)])
        known = " ".join(f'"{name}"="{value}"' for name, value in self.of.items())
        found = f'{{{schema}}} MetricName="{self.name}" {known}'
        return f"SEARCH('{found}', '{self.statistic}', {self.period})"


@dataclass(frozen=True, slots=True)
class Widget:
    """One graph.

    Args:
        title: what it shows, with the name of what it is of.
        metrics: what is drawn, on one axis; a Total is drawn as its sum.
        stack: the stack it comes from.
        domain: the domain it belongs to; none for the platform.
    """

    title: str
    metrics: tuple[Metric | Total | Search, ...]
    stack: str
    domain: str | None = None


def show(construct: Construct, title: str, metrics: Sequence[Metric | Total | Search]) -> None:
    """Put a graph on the dashboards; the observability stack draws what the stacks before it have shown."""
    stack = stack_of(construct)
    stack.widgets.append(Widget(title, tuple(metrics), stack.stack_name, getattr(stack, "domain", None)))
