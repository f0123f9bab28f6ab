"""Rules for Secrets Manager."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, drop, put, resources

__all__ = ["test_passes", "test_rejects"]


CASES = [
    Case(
        "LK_SECRETS_1",
        resources(
            aws_secretsmanager_secret={"S": {"name": "s"}},
            aws_secretsmanager_secret_rotation={
                "R": {
                    "secret_id": "${aws_secretsmanager_secret.S.id}",
                    "rotation_rules": [{"automatically_after_days": 30}],
                }
            },
        ),
        {
            "none": (drop("aws_secretsmanager_secret_rotation/R"), "has no rotation"),
            "of another secret": (put("aws_secretsmanager_secret_rotation/R/secret_id", "other"), "has no rotation"),
        },
        {
            "by name": put("aws_secretsmanager_secret_rotation/R/secret_id", "s"),
        },
    ),
    Case(
        "LK_SECRETS_2",
        resources(
            aws_secretsmanager_secret_rotation={
                "R": {"secret_id": "s", "rotation_rules": [{"automatically_after_days": 30}]}
            }
        ),
        {
            "a year": (
                put("aws_secretsmanager_secret_rotation/R/rotation_rules/0/automatically_after_days", 365),
                "every 365 days",
            ),
            "a rate": (
                put("aws_secretsmanager_secret_rotation/R/rotation_rules/0", {"schedule_expression": "rate(120 days)"}),
                "every 120 days",
            ),
            "no interval": (put("aws_secretsmanager_secret_rotation/R/rotation_rules", [{}]), "no interval"),
        },
        {
            "hours": put(
                "aws_secretsmanager_secret_rotation/R/rotation_rules/0", {"schedule_expression": "rate(12 hours)"}
            ),
            "cron": put(
                "aws_secretsmanager_secret_rotation/R/rotation_rules/0", {"schedule_expression": "cron(0 4 1 * ? *)"}
            ),
        },
    ),
]
