"""Metrics and widgets as data, for alarms and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric.

    Args:
        namespace: namespace such as `AWS/Kafka`.
        name: name of the metric.
        dimensions: values by dimension; literal names where they are known.
        statistic: such as `Average`, `Maximum`, `Sum` or `p99`.
        period: seconds; 60 or a multiple.
        label: label on dashboards; the name of the metric by default.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Average"
    period: int = 300
    label: str = ""


@dataclass(frozen=True, slots=True)
class MetricSum:
    """The sum of metrics, some of which may have no data.

    Args:
        metrics: two or more, with the same statistic and period.
        label: label on dashboards.
    """

    metrics: tuple[Metric, ...]
    label: str

    @property
    def expression(self) -> str:
        """The sum in CloudWatch metric math, which ignores metrics without data."""
        return "SUM(METRICS())"


@dataclass(frozen=True, slots=True)
class MetricSearch:
    """A CloudWatch search for metrics whose dimensions are not known at synthesis.

    Args:
        namespace: namespace such as `AWS/Kafka`.
        name: name of the metric.
        dimensions: names of all dimensions.
        known_dimensions: values of the dimensions that are known.
        statistic: statistic such as `Average`.
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
        """The search expression (CloudWatch user guide, "Use search expressions in graphs")."""
        schema = ",".join([self.namespace, *(f'"{one}"' for one in self.dimensions)])
        known = " ".join(f'"{name}"="{value}"' for name, value in self.known_dimensions.items())
        found = f'{{{schema}}} MetricName="{self.name}" {known}'
        return f"SEARCH('{found}', '{self.statistic}', {self.period})"


@dataclass(frozen=True, slots=True)
class Widget:
    """One graph of a dashboard.

    Args:
        title: title, with the name of the resource.
        metrics: metrics on one axis; a MetricSum is shown as its sum.
        stack: name of its stack.
        domain: domain of its stack; None for the platform.
    """

    title: str
    metrics: tuple[Metric | MetricSum | MetricSearch, ...]
    stack: str
    domain: str | None = None
