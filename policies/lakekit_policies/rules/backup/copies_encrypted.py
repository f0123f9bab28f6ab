from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class CopiesEncrypted(SettingsRule):
    id = "LK_BACKUP_2"
    title = "Copies of snapshots and images use a customer managed key"
    severity = "high"
    rationale = (
        "A copy in another region uses the key of that region. Without a key, the copy is encrypted with the AWS "
        "managed key, or not at all."
    )
    remedy = "Set `encrypted = true` and the key of the target region."
    reference = "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-copy-snapshot.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_ebs_snapshot_copy", "encrypted", allowed=(True,)),
        Setting("aws_ebs_snapshot_copy", "kms_key_id", key=True),
        Setting("aws_ebs_snapshot_import", "encrypted", allowed=(True,)),
        Setting("aws_ebs_snapshot_import", "kms_key_id", key=True),
        Setting(
            "aws_dlm_lifecycle_policy",
            "policy_details.schedule.cross_region_copy_rule.encrypted",
            allowed=(True,),
            if_block=True,
        ),
        Setting(
            "aws_dlm_lifecycle_policy",
            "policy_details.action.cross_region_copy.encryption_configuration.encrypted",
            allowed=(True,),
            if_block=True,
        ),
        Setting("aws_ami_copy", "encrypted", allowed=(True,)),
        Setting("aws_ami_copy", "kms_key_id", key=True),
        Setting("aws_rds_cluster_snapshot_copy", "kms_key_id", key=True),
        Setting(
            "aws_redshift_snapshot_copy",
            "snapshot_copy_grant_name",
            required=True,
            why="the copy is not encrypted with a customer managed key",
        ),
        Setting("aws_rds_export_task", "kms_key_id", key=True),
        Setting("aws_rds_cluster_snapshot_copy", "shared_accounts", rejected=("all",)),
    )


check = CopiesEncrypted()
