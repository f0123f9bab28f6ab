"""Curated rules on messages, secrets, logs and trails."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_SNS: Final = "https://docs.aws.amazon.com/sns/latest/dg/"
_SQS: Final = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/"
_LOGS: Final = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/"
_TRAIL: Final = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
_SECRETS: Final = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/"

OPERATIONS: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_26": CheckovRule(
        "Topics are encrypted", "medium", "Set kms_master_key_id.", _SNS + "sns-server-side-encryption.html"
    ),
    "CKV_AWS_169": CheckovRule(
        "Topic policies name their principals",
        "critical",
        "Replace the principal *, or add a condition.",
        _SNS + "sns-access-policy-use-cases.html",
    ),
    "CKV_AWS_27": CheckovRule(
        "Queues are encrypted", "medium", "Set kms_master_key_id.", _SQS + "sqs-server-side-encryption.html"
    ),
    "CKV_AWS_168": CheckovRule(
        "Queue policies name their principals",
        "critical",
        "Replace the principal *, or add a condition.",
        _SQS + "sqs-basic-examples-of-sqs-policies.html",
    ),
    "CKV_AWS_387": CheckovRule(
        "Queue policies are not public by wildcards",
        "critical",
        "Name the principals.",
        _SQS + "sqs-basic-examples-of-sqs-policies.html",
    ),
    "CKV_AWS_66": CheckovRule(
        "Log groups have a retention",
        "medium",
        "Set retention_in_days.",
        _LOGS + "Working-with-log-groups-and-streams.html",
    ),
    "CKV_AWS_158": CheckovRule(
        "Log groups use a customer managed key", "medium", "Set kms_key_id.", _LOGS + "encrypt-log-data-kms.html"
    ),
    "CKV_AWS_319": CheckovRule(
        "Alarms have actions",
        "medium",
        "Leave actions_enabled on and name alarm_actions.",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
    ),
    "CKV_AWS_35": CheckovRule(
        "Trails use a customer managed key",
        "high",
        "Set kms_key_id.",
        _TRAIL + "encrypting-cloudtrail-log-files-with-aws-kms.html",
    ),
    "CKV_AWS_36": CheckovRule(
        "Trails have log file validation",
        "high",
        "Set enable_log_file_validation = true.",
        _TRAIL + "cloudtrail-log-file-validation-intro.html",
    ),
    "CKV_AWS_67": CheckovRule(
        "Trails cover every region",
        "high",
        "Set is_multi_region_trail = true.",
        _TRAIL + "receive-cloudtrail-log-files-from-multiple-regions.html",
    ),
    "CKV_AWS_251": CheckovRule(
        "Trails are enabled", "critical", "Set enable_logging = true.", _TRAIL + "cloudtrail-user-guide.html"
    ),
    "CKV_AWS_149": CheckovRule(
        "Secrets use a customer managed key", "high", "Set kms_key_id.", _SECRETS + "security-encryption.html"
    ),
    "CKV_AWS_303": CheckovRule(
        "SSM documents are private",
        "high",
        "Drop the permission to All.",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-ssm-sharing.html",
    ),
}
