"""Curated rules on RDS and Aurora."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_RDS: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"
_AURORA: Final = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"

RELATIONAL_DATABASES: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_16": CheckovRule(
        "RDS instances are encrypted", "high", "Set storage_encrypted = true.", _RDS + "Overview.Encryption.html"
    ),
    "CKV_AWS_17": CheckovRule(
        "RDS instances are not public",
        "critical",
        "Set publicly_accessible = false.",
        _RDS + "USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    ),
    "CKV_AWS_96": CheckovRule(
        "Aurora clusters are encrypted", "high", "Set storage_encrypted = true.", _AURORA + "Overview.Encryption.html"
    ),
    "CKV_AWS_133": CheckovRule(
        "RDS databases have backups",
        "high",
        "Set backup_retention_period above 0.",
        _RDS + "USER_WorkingWithAutomatedBackups.html",
    ),
    "CKV_AWS_139": CheckovRule(
        "Aurora clusters have deletion protection",
        "high",
        "Set deletion_protection = true.",
        _AURORA + "USER_DeleteCluster.html",
    ),
    "CKV_AWS_293": CheckovRule(
        "RDS instances have deletion protection",
        "high",
        "Set deletion_protection = true.",
        _RDS + "USER_DeleteInstance.html",
    ),
    "CKV_AWS_161": CheckovRule(
        "RDS instances allow IAM authentication",
        "medium",
        "Set iam_database_authentication_enabled = true.",
        _RDS + "UsingWithRDS.IAMDBAuth.html",
    ),
    "CKV_AWS_162": CheckovRule(
        "Aurora clusters allow IAM authentication",
        "medium",
        "Set iam_database_authentication_enabled = true.",
        _AURORA + "UsingWithRDS.IAMDBAuth.html",
    ),
    "CKV_AWS_129": CheckovRule(
        "RDS instances export logs", "medium", "Set enabled_cloudwatch_logs_exports.", _RDS + "USER_LogAccess.html"
    ),
    "CKV_AWS_324": CheckovRule(
        "Aurora clusters export logs", "medium", "Set enabled_cloudwatch_logs_exports.", _AURORA + "USER_LogAccess.html"
    ),
    "CKV_AWS_327": CheckovRule(
        "Aurora clusters use a customer managed key", "high", "Set kms_key_id.", _AURORA + "Overview.Encryption.html"
    ),
    "CKV_AWS_140": CheckovRule(
        "Global Aurora clusters are encrypted",
        "high",
        "Set storage_encrypted = true.",
        _AURORA + "Overview.Encryption.html",
    ),
    "CKV_AWS_146": CheckovRule(
        "Snapshots of clusters are encrypted", "high", "Encrypt the cluster.", _AURORA + "Overview.Encryption.html"
    ),
    "CKV_AWS_157": CheckovRule(
        "RDS instances run in several Availability Zones",
        "medium",
        "Set multi_az = true.",
        _RDS + "Concepts.MultiAZ.html",
    ),
    "CKV_AWS_226": CheckovRule(
        "RDS instances apply minor upgrades",
        "low",
        "Set auto_minor_version_upgrade = true.",
        _RDS + "USER_UpgradeDBInstance.Upgrading.html",
    ),
    "CKV_AWS_246": CheckovRule(
        "Activity streams use a customer managed key", "high", "Set kms_key_id.", _AURORA + "DBActivityStreams.html"
    ),
    "CKV_AWS_245": CheckovRule(
        "Replicated backups use a customer managed key", "high", "Set kms_key_id.", _RDS + "USER_ReplicateBackups.html"
    ),
    "CKV_AWS_266": CheckovRule(
        "Copied snapshots use a customer managed key", "high", "Set kms_key_id.", _RDS + "USER_CopySnapshot.html"
    ),
    "CKV_AWS_302": CheckovRule(
        "Snapshots are not public", "critical", "Drop all from shared_accounts.", _RDS + "USER_ShareSnapshot.html"
    ),
    "CKV_AWS_118": CheckovRule(
        "RDS instances have enhanced monitoring", "low", "Set monitoring_interval.", _RDS + "USER_Monitoring.OS.html"
    ),
    "CKV_AWS_354": CheckovRule(
        "Performance Insights use a customer managed key",
        "medium",
        "Set performance_insights_kms_key_id.",
        _RDS + "USER_PerfInsights.html",
    ),
    "CKV_AWS_211": CheckovRule(
        "RDS instances use a current certificate authority",
        "medium",
        "Set ca_cert_identifier to rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 or rds-ca-ecc384-g1.",
        _RDS + "UsingWithRDS.SSL.html",
    ),
    "CKV_AWS_250": CheckovRule(
        "PostgreSQL runs a version without the file access of log_fdw",
        "high",
        "Upgrade engine_version.",
        "https://aws.amazon.com/security/security-bulletins/AWS-2022-004/",
    ),
    "CKV_AWS_325": CheckovRule(
        "Aurora MySQL clusters export audit logs",
        "medium",
        "Add audit to enabled_cloudwatch_logs_exports.",
        _AURORA + "AuroraMySQL.Integrating.CloudWatch.html",
    ),
    "CKV_AWS_388": CheckovRule(
        "Aurora PostgreSQL runs a version without the file access of log_fdw",
        "high",
        "Upgrade engine_version.",
        "https://aws.amazon.com/security/security-bulletins/AWS-2022-004/",
    ),
    "CKV_AWS_313": CheckovRule(
        "Aurora clusters copy tags to snapshots",
        "low",
        "Set copy_tags_to_snapshot = true.",
        _AURORA + "USER_Tagging.html",
    ),
}
