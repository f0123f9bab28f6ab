"""Metrics as data: what alarms watch and dashboards draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric.

    Args:
        namespace: such as `AWS/Kafka`.
        name: the metric's name.
        dimensions: literal names wherever they are ours.
        statistic: such as `Average`, `Maximum`, `Sum` or `p99`.
        period: seconds; 60 or a multiple.
        label: what a dashboard calls it; the metric's name by default.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Average"
    period: int = 300
    label: str = ""


@dataclass(frozen=True, slots=True)
class MetricSum:
    """The sum of metrics of which some may be silent.

    Args:
        metrics: two or more, of one statistic and period.
        label: what a dashboard calls it.
    """

    metrics: tuple[Metric, ...]
    label: str

    @property
    def expression(self) -> str:
        """The sum in CloudWatch's metric math, which takes a silent metric as nothing."""
        return "SUM(METRICS())"


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
