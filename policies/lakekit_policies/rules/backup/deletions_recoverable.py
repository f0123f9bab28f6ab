from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class DeletionsRecoverable(SettingsRule):
    id = "LK_BACKUP_3"
    title = "Deleted secrets, images, items and messages can be recovered"
    severity = "high"
    rationale = (
        "A deletion without a recovery window is final, and messages or backups that expire within a day are lost "
        "before a failure is noticed."
    )
    remedy = "Leave the windows at their defaults, or at 7 days or more; keep messages for a day."
    reference = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_secretsmanager_secret", "recovery_window_in_days", minimum=7, default=30, tier="staging"),
        Setting("aws_ecr_repository", "force_delete", rejected=(True,), tier="staging"),
        Setting(
            "aws_db_instance_automated_backups_replication", "retention_period", minimum=7, default=7, tier="staging"
        ),
        Setting(
            "aws_dynamodb_table",
            "point_in_time_recovery.recovery_period_in_days",
            minimum=7,
            default=35,
            if_block=True,
            tier="staging",
        ),
        # The default of S3 Tables: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-maintenance.html
        Setting(
            "aws_s3tables_table",
            "maintenance_configuration.iceberg_snapshot_management.settings.max_snapshot_age_hours",
            minimum=120,
            if_block=True,
            default=120,
            tier="staging",
        ),
        Setting("aws_sqs_queue", "message_retention_seconds", minimum=86400, default=345600, tier="staging"),
        Setting("aws_cloudwatch_event_archive", "retention_days", rejected=(1, 2, 3, 4, 5, 6), tier="staging"),
        Setting(
            "aws_redshift_cluster_snapshot",
            "manual_snapshot_retention_period",
            rejected=(1, 2, 3, 4, 5, 6),
            tier="staging",
        ),
        Setting("aws_redshiftserverless_snapshot", "retention_period", rejected=(1, 2, 3, 4, 5, 6), tier="staging"),
    )


check = DeletionsRecoverable()
