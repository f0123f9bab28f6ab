from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class BackupsKept(SettingsRule):
    id = "LK_BACKUP_1"
    title = "Backups are kept for 35 days and cannot be switched off"
    severity = "high"
    rationale = (
        "Damage is often found weeks later. AWS Config requires 35 days in its rule on backup plans; a vault that can "
        "be emptied, or a limit below it, does not outlast the damage."
    )
    remedy = "Set `lifecycle.delete_after` to 35 days or more, and do not lower the limits of vaults."
    reference = (
        "https://docs.aws.amazon.com/config/latest/developerguide/backup-plan-min-frequency-and-min-retention- "
        "check.html"
    )
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_backup_plan", "rule.lifecycle.delete_after", minimum=35, if_block=True, tier="staging"),
        Setting(
            "aws_backup_plan", "rule.copy_action.lifecycle.delete_after", minimum=35, if_block=True, tier="staging"
        ),
        Setting("aws_backup_vault_lock_configuration", "min_retention_days", minimum=7),
        Setting("aws_backup_vault_lock_configuration", "max_retention_days", minimum=35, default=36500),
        Setting("aws_backup_logically_air_gapped_vault", "min_retention_days", minimum=7),
        Setting("aws_backup_vault", "force_destroy", rejected=(True,), tier="staging"),
        Setting("aws_efs_backup_policy", "backup_policy.status", allowed=("ENABLED",)),
        Setting("aws_fsx_lustre_file_system", "automatic_backup_retention_days", rejected=(0,), tier="staging"),
        Setting("aws_fsx_windows_file_system", "automatic_backup_retention_days", rejected=(0,), tier="staging"),
        Setting("aws_fsx_openzfs_file_system", "automatic_backup_retention_days", rejected=(0,), tier="staging"),
    )


check = BackupsKept()
