"""Governance resources that pass every rule."""

from __future__ import annotations

from rule_cases import resources

ALARM = resources(
    aws_cloudwatch_metric_alarm={
        "A": {
            "alarm_name": "a",
            "namespace": "AWS/Kafka",
            "metric_name": "Lag",
            "dimensions": {"Cluster": "c"},
            "period": 300,
            "evaluation_periods": 3,
        }
    },
    aws_cloudwatch_log_group={"G": {"name": "g", "retention_in_days": 365}},
)
