"""Rules for alarms, topics, subscriptions, dashboards, budgets and log streams."""

from __future__ import annotations

import json

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, both, drop, policy, put, resources, statement

__all__ = ["test_passes", "test_rejects"]

TOPIC = f"arn:aws:sns:eu-west-1:{ACCOUNT}:alarms"
_SOURCE_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
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
                    "Condition": _SOURCE_ACCOUNT,
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
                    "Condition": _SOURCE_ACCOUNT,
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
            "no description": (drop(f"{_ALARM}/alarm_description"), "alarm_description has fewer than 20 characters"),
            "short description": (
                put(f"{_ALARM}/alarm_description", "Disk"),
                "alarm_description has fewer than 20 characters",
            ),
            "no alarm actions": (drop(f"{_ALARM}/alarm_actions"), "alarm_actions is not set"),
            "no OK actions": (put(f"{_ALARM}/ok_actions", []), "ok_actions is not set"),
        },
    ),
    Case(
        "LK_OPS_2",
        MONITORED,
        {
            "custom widget": (
                put("aws_cloudwatch_dashboard/All/dashboard_body", json.dumps(_CUSTOM)),
                "Magic is a custom widget, which invokes a Lambda function",
            ),
            "invalid JSON": (put("aws_cloudwatch_dashboard/All/dashboard_body", "{"), "dashboard_body is not JSON"),
            "too many widgets": (
                put("aws_cloudwatch_dashboard/All/dashboard_body", json.dumps({"widgets": _BODY["widgets"] * 300})),
                "600 widgets",
            ),
        },
    ),
    Case(
        "LK_OPS_3",
        MONITORED,
        {
            "log group of a service": (
                put("aws_cloudwatch_log_stream/App/log_group_name", "/aws/kinesis-analytics/app"),
                "/aws/kinesis-analytics/app is not a log group of this stack",
            )
        },
    ),
    Case(
        "LK_SNS_1",
        MONITORED,
        {
            "AWS managed key": (
                put("aws_sns_topic/Alarms/kms_master_key_id", "alias/aws/sns"),
                "kms_master_key_id uses the AWS managed key alias/aws/sns",
            ),
            "key policy without the service": (
                statement(_KEY, "Ring"),
                "the key policy does not allow cloudwatch.amazonaws.com",
            ),
            "Decrypt only": (
                statement(_KEY, "Ring", lambda s: s.update(Action="kms:Decrypt")),
                "the key policy does not allow cloudwatch.amazonaws.com",
            ),
            "key policy without another service": (
                statement(_TOPIC_POLICY, "Ring", lambda s: s.update(Principal={"Service": "budgets.amazonaws.com"})),
                "the key policy does not allow budgets.amazonaws.com",
            ),
        },
        {
            "GenerateDataKey without a wildcard": statement(
                _KEY, "Ring", lambda s: s.update(Action=["kms:Decrypt", "kms:GenerateDataKey"])
            )
        },
    ),
    Case(
        "LK_SNS_2",
        MONITORED,
        {
            "HTTP endpoint": (
                both(
                    put("aws_sns_topic_subscription/Mail/protocol", "http"),
                    put("aws_sns_topic_subscription/Mail/endpoint", "http://oncall.example"),
                ),
                "http://oncall.example receives notifications over HTTP",
            )
        },
    ),
    Case(
        "LK_COST_1",
        MONITORED,
        {
            "no limit": (drop(f"{_BUDGET}/limit_amount"), "limit_amount is not set"),
            "no subscriber": (drop(f"{_BUDGET}/notification"), "no notification has a subscriber"),
            "actual cost of 100 percent": (
                put(f"{_BUDGET}/notification/0/threshold", 100),
                "no notification is on forecasted cost or below 100 %",
            ),
        },
        {
            "forecasted cost": both(
                put(f"{_BUDGET}/notification/0/threshold", 100),
                put(f"{_BUDGET}/notification/0/notification_type", "FORECASTED"),
            )
        },
    ),
]
