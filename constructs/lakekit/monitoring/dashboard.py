"""CloudWatch dashboards of an environment or a domain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import LakehouseStack, environment_of
from lakekit.environment import Environment
from lakekit.monitoring.alarm import Alarm
from lakekit.monitoring.metrics import Metric, MetricSearch, MetricSum, Widget

# CloudWatch's grid is 24 units wide.
_COLUMNS, _WIDTH, _HEIGHT = 24, 8, 6
# Maximum alarms of an alarm widget (CloudWatch, "Dashboard body structure").
_ALARMS_PER_WIDGET: Final = 100


class Dashboard(Construct):
    """A CloudWatch dashboard with the alarms and widgets of all stacks of the environment.

    It collects from the stacks that exist when it is created; create it last.

    Args:
        scope: parent construct.
        id: PascalCase id.
        name: kebab-case name; the dashboard is `<organization>-<environment>-<name>`.
        title: heading of the dashboard.
        domain: only stacks of this domain; all by default.

    Attributes:
        name: physical name, a literal.
        widgets: the collected Widgets.
        alarms: names of the collected alarms.
        resource: the `aws_cloudwatch_dashboard`.
    """

    def __init__(self, scope: Construct, id: str, *, name: str, title: str, domain: str | None = None) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        stacks = [stack for stack in stacks_of(self) if domain is None or getattr(stack, "domain", None) == domain]
        self.name: Final = environment.names.resource(name)
        self.widgets: Final = [widget for stack in stacks for widget in stack.widgets]
        self.alarms: Final = [alarm.name for stack in stacks for alarm in alarms_of(stack)]
        body = {"widgets": list(_lay_out(environment, title, self.alarms, self.widgets))}
        self.resource: Final = aws.cloudwatch_dashboard.CloudwatchDashboard(
            self, "Dashboard", dashboard_name=self.name, dashboard_body=json.dumps(body)
        )


def stacks_of(construct: Construct) -> list[LakehouseStack]:
    """Return the stacks of a construct's environment in its app, in order of creation."""
    environment = environment_of(construct)
    return [
        stack
        for stack in construct.node.root.node.children
        if isinstance(stack, LakehouseStack) and stack.environment is environment
    ]


def alarms_of(stack: LakehouseStack) -> list[Alarm]:
    """Return the alarms of a stack, in order of creation."""
    return [construct for construct in stack.node.find_all() if isinstance(construct, Alarm)]


def _lay_out(
    environment: Environment, title: str, alarms: Sequence[str], widgets: Sequence[Widget]
) -> Iterator[dict[str, Any]]:
    row = 0
    about = f"# {title}\n{environment.names.prefix} · tier {environment.tier} · {environment.owner}"
    yield _widget("text", 0, row, _COLUMNS, 2, markdown=about)
    row += 2
    arns = [environment.names.arn("cloudwatch", f"alarm:{name}") for name in alarms]
    for at in range(0, len(arns), _ALARMS_PER_WIDGET):
        part = arns[at : at + _ALARMS_PER_WIDGET]
        height = min(_HEIGHT, 2 + len(part) // 4)
        yield _widget("alarm", 0, row, _COLUMNS, height, title="Alarms", alarms=part)
        row += height
    for stack, group in groupby(widgets, key=lambda widget: widget.stack):
        yield _widget("text", 0, row, _COLUMNS, 1, markdown=f"## {stack}")
        row += 1
        for number, widget in enumerate(group):
            column = number % (_COLUMNS // _WIDTH)
            if number and column == 0:
                row += _HEIGHT
            yield _graph(environment, widget, column * _WIDTH, row)
        row += _HEIGHT


def _graph(environment: Environment, widget: Widget, x: int, y: int) -> dict[str, Any]:
    return _widget(
        "metric",
        x,
        y,
        _WIDTH,
        _HEIGHT,
        title=widget.title,
        region=environment.region,
        view="timeSeries",
        stacked=False,
        metrics=[line for number, metric in enumerate(widget.metrics) for line in _lines(number, metric)],
    )


def _lines(number: int, metric: Metric | MetricSum | MetricSearch) -> list[list[Any]]:
    """Return the series of a metric, a search, or a sum with its hidden metrics."""
    if isinstance(metric, Metric):
        return [_series(metric)]
    if isinstance(metric, MetricSearch):
        return [[{"expression": metric.expression, "id": f"e{number}", "period": metric.period}]]
    parts = [_series(part) for part in metric.metrics]
    for at, part in enumerate(parts):
        part[-1] |= {"id": f"m{number}x{at}", "visible": False}
    added = ",".join(part[-1]["id"] for part in parts)
    return [[{"expression": f"SUM([{added}])", "label": metric.label, "id": f"e{number}"}], *parts]


def _series(metric: Metric) -> list[Any]:
    dimensions: Iterable[str] = (part for pair in metric.dimensions.items() for part in pair)
    shown = {"stat": metric.statistic, "period": metric.period, "label": metric.label or metric.name}
    return [metric.namespace, metric.name, *dimensions, shown]


def _widget(kind: str, x: int, y: int, width: int, height: int, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}
