"""Alarms, topics, subscriptions, dashboards, budgets and log streams."""

from __future__ import annotations

import json

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, both, drop, policy, put, resources, statement

__all__ = ["test_passes", "test_rejects"]

TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"
_OURS = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
_BODY = {"widgets": [{"type": "metric", "properties": {"title": "Bytes"}}, {"type": "text", "properties": {}}]}

MONITORED = resources(
    aws_kms_key={
        "Alarms": {
            "description": "Alarms",
            "policy": policy(
                {
                    "Sid": "Ring",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                    "Resource": "*",
                    "Condition": _OURS,
                }
            ),
        }
    },
    aws_sns_topic={"Alarms": {"name": "alarms", "kms_master_key_id": "${aws_kms_key.Alarms.arn}"}},
    aws_sns_topic_policy={
        "Alarms": {
            "arn": "${aws_sns_topic.Alarms.arn}",
            "policy": policy(
                {
                    "Sid": "Ring",
                    "Effect": "Allow",
                    "Principal": {"Service": "cloudwatch.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": TOPIC,
                    "Condition": _OURS,
                }
            ),
        }
    },
    aws_sns_topic_subscription={
        "Mail": {"topic_arn": TOPIC, "protocol": "email", "endpoint": "oncall@acme.example"},
    },
    aws_cloudwatch_metric_alarm={
        "Disk": {
            "alarm_name": "disk",
            "alarm_description": "The disk of broker 1 is over 85 % full: raise the limit.",
            "alarm_actions": [TOPIC],
            "ok_actions": [TOPIC],
        }
    },
    aws_cloudwatch_dashboard={"All": {"dashboard_name": "all", "dashboard_body": json.dumps(_BODY)}},
    aws_budgets_budget={
        "Month": {
            "name": "month",
            "budget_type": "COST",
            "limit_amount": "500",
            "limit_unit": "USD",
            "time_unit": "MONTHLY",
            "notification": [
                {"notification_type": "ACTUAL", "threshold": 80, "subscriber_sns_topic_arns": [TOPIC]},
                {"notification_type": "ACTUAL", "threshold": 100, "subscriber_email_addresses": ["a@acme.example"]},
            ],
        }
    },
    aws_cloudwatch_log_group={"App": {"name": "/acme/app"}},
    aws_cloudwatch_log_stream={
        "App": {"name": "app", "log_group_name": "${aws_cloudwatch_log_group.App.name}"},
        "ByName": {"name": "other", "log_group_name": "/acme/app"},
    },
)
_ALARM = "aws_cloudwatch_metric_alarm/Disk"
_BUDGET = "aws_budgets_budget/Month"
_KEY = "aws_kms_key/Alarms/policy"
_TOPIC_POLICY = "aws_sns_topic_policy/Alarms/policy"
_CUSTOM = {"widgets": [{"type": "custom", "properties": {"title": "Magic", "endpoint": "arn:aws:lambda:::f"}}]}

CASES = [
    Case(
        "LK_OPS_1",
        MONITORED,
        {
            "no words": (drop(f"{_ALARM}/alarm_description"), "does not say"),
            "a word": (put(f"{_ALARM}/alarm_description", "Disk"), "does not say"),
            "nobody": (drop(f"{_ALARM}/alarm_actions"), "no alarm_actions"),
            "never over": (put(f"{_ALARM}/ok_actions", []), "no ok_actions"),
        },
    ),
    Case(
        "LK_OPS_2",
        MONITORED,
        {
            "code": (put("aws_cloudwatch_dashboard/All/dashboard_body", json.dumps(_CUSTOM)), "Magic runs a function"),
            "no JSON": (put("aws_cloudwatch_dashboard/All/dashboard_body", "{"), "no JSON"),
            "too much": (
                put("aws_cloudwatch_dashboard/All/dashboard_body", json.dumps({"widgets": _BODY["widgets"] * 300})),
                "600 widgets",
            ),
        },
    ),
    Case(
        "LK_OPS_3",
        MONITORED,
        {
            "a group of a service": (
                put("aws_cloudwatch_log_stream/App/log_group_name", "/aws/kinesis-analytics/app"),
                "is no log group of this stack",
            )
        },
    ),
    Case(
        "LK_SNS_1",
        MONITORED,
        {
            "a key of AWS": (put("aws_sns_topic/Alarms/kms_master_key_id", "alias/aws/sns"), "a key that AWS manages"),
            "a key that shuts out": (statement(_KEY, "Ring"), "does not let cloudwatch.amazonaws.com in"),
            "half a right": (
                statement(_KEY, "Ring", lambda s: s.update(Action="kms:Decrypt")),
                "does not let cloudwatch.amazonaws.com in",
            ),
            "another service": (
                statement(_TOPIC_POLICY, "Ring", lambda s: s.update(Principal={"Service": "budgets.amazonaws.com"})),
                "does not let budgets.amazonaws.com in",
            ),
        },
        {
            "without the star": statement(
                _KEY, "Ring", lambda s: s.update(Action=["kms:Decrypt", "kms:GenerateDataKey"])
            )
        },
    ),
    Case(
        "LK_SNS_2",
        MONITORED,
        {
            "clear text": (
                both(
                    put("aws_sns_topic_subscription/Mail/protocol", "http"),
                    put("aws_sns_topic_subscription/Mail/endpoint", "http://oncall.example"),
                ),
                "in clear text",
            )
        },
    ),
    Case(
        "LK_COST_1",
        MONITORED,
        {
            "no cap": (drop(f"{_BUDGET}/limit_amount"), "no limit"),
            "nobody": (drop(f"{_BUDGET}/notification"), "nobody is told"),
            "too late": (put(f"{_BUDGET}/notification/0/threshold", 100), "only once all of it is spent"),
        },
        {
            "by forecast": both(
                put(f"{_BUDGET}/notification/0/threshold", 100),
                put(f"{_BUDGET}/notification/0/notification_type", "FORECASTED"),
            )
        },
    ),
]
