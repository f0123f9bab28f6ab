from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class VolumesProtected(SettingsRule):
    id = "LK_RDS_12"
    title = "Volumes of file systems and gateways, and global clusters, are encrypted and protected"
    severity = "high"
    rationale = (
        "A volume that every host may mount, or that is deleted without a last backup, exposes or loses the files "
        "that a job reads. A global cluster without protection is deleted by one apply."
    )
    remedy = "Set encryption with a KMS key, clients by network, a final backup and protection against deletion."
    reference = "https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/managing-volumes.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "CP-9", "SC-28(1)"], "soc2": ["CC6.1", "A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_fsx_ontap_volume", "skip_final_backup", rejected=(True,), tier="staging"),
        Setting(
            "aws_fsx_openzfs_volume",
            "nfs_exports.client_configurations.clients",
            rejected=("*", "0.0.0.0/0"),
            if_block=True,
        ),
        Setting("aws_neptune_global_cluster", "deletion_protection", allowed=(True,), tier="staging"),
        Setting(
            "aws_neptune_global_cluster", "storage_encrypted", allowed=(True,), unless="source_db_cluster_identifier"
        ),
        Setting("aws_storagegateway_cached_iscsi_volume", "kms_encrypted", allowed=(True,)),
        Setting("aws_storagegateway_stored_iscsi_volume", "kms_encrypted", allowed=(True,)),
    )


check = VolumesProtected()
