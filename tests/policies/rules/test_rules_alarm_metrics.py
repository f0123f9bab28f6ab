"""Rules for dimensions and periods of alarms."""

from __future__ import annotations

from typing import Any

from governance_fixtures import ALARM
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put

__all__ = ["test_passes", "test_rejects"]

_METRIC_ALARM = "aws_cloudwatch_metric_alarm/A"


def _metric(cluster: str | None = None, *, period: int = 300) -> dict[str, Any]:
    """Metric of a metric math expression."""
    dimensions = {"dimensions": {"Cluster": cluster}} if cluster else {}
    return {"namespace": "AWS/Kafka", "metric_name": "Lag", "period": period, "stat": "Maximum", **dimensions}


METRIC_MATH_ALARM: dict[str, Any] = {
    "alarm_name": "a",
    "evaluation_periods": 3,
    "metric_query": [
        {"id": "e", "expression": "SUM(METRICS())", "return_data": True},
        {"id": "m1", "metric": [_metric("c")]},
    ],
}

CASES = [
    Case(
        "LK_ALARM_1",
        ALARM,
        {
            "no dimensions": (drop(f"{_METRIC_ALARM}/dimensions"), "no dimensions"),
            "Glue metric without dimensions": (
                both(drop(f"{_METRIC_ALARM}/dimensions"), put(f"{_METRIC_ALARM}/namespace", "Glue")),
                "Glue Lag has no dimensions",
            ),
            "period of a second": (put(f"{_METRIC_ALARM}/period", 1), "period is 1"),
            "no period": (drop(f"{_METRIC_ALARM}/period"), "period is not set"),
            "no evaluation periods": (drop(f"{_METRIC_ALARM}/evaluation_periods"), "evaluation_periods is not set"),
            "evaluation range above a week": (
                put(f"{_METRIC_ALARM}/evaluation_periods", 10_000),
                "10000 periods of 300 seconds exceed the maximum evaluation range of a week",
            ),
            "expression without metrics": (
                put(
                    _METRIC_ALARM,
                    {**METRIC_MATH_ALARM, "metric_query": [*METRIC_MATH_ALARM["metric_query"][:1], {"id": "m1"}]},
                ),
                "query m1 has neither a metric nor an expression",
            ),
            "no query returns data": (
                put(
                    _METRIC_ALARM,
                    {
                        **METRIC_MATH_ALARM,
                        "metric_query": [{"id": "e", "expression": "m1"}, *METRIC_MATH_ALARM["metric_query"][1:]],
                    },
                ),
                "0 queries return data",
            ),
            "query metric without dimensions": (
                put(
                    _METRIC_ALARM,
                    {
                        **METRIC_MATH_ALARM,
                        "metric_query": [*METRIC_MATH_ALARM["metric_query"], {"id": "m2", "metric": [_metric()]}],
                    },
                ),
                "Lag has no dimensions",
            ),
            "query metric with a period of a second": (
                put(
                    _METRIC_ALARM,
                    {
                        **METRIC_MATH_ALARM,
                        "metric_query": [
                            METRIC_MATH_ALARM["metric_query"][0],
                            {"id": "m1", "metric": [_metric("c", period=1)]},
                        ],
                    },
                ),
                "period is 1",
            ),
        },
        {
            "custom metric": both(drop(f"{_METRIC_ALARM}/dimensions"), put(f"{_METRIC_ALARM}/namespace", "Acme")),
            "metric math": put(_METRIC_ALARM, METRIC_MATH_ALARM),
            "period of ten seconds": put(f"{_METRIC_ALARM}/period", 10),
        },
    ),
]
