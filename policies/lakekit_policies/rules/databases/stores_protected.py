from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class StoresProtected(SettingsRule):
    id = "LK_RDS_11"
    title = "Ledgers, vectors, search indexes and file shares are encrypted and protected"
    severity = "high"
    rationale = (
        "A search index, a vector store or a file share holds a copy of the data that it serves. The key of AWS cannot "
        "be withdrawn, a guest needs no password, and a database without protection is deleted by one apply."
    )
    remedy = "Set a customer managed key, protection against deletion, and authentication of clients."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-data-encryption.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "CP-9", "SC-12", "SC-28(1)"], "soc2": ["CC6.1", "CC6.7"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_cloudsearch_domain", "endpoint_options.enforce_https", allowed=(True,)),
        Setting("aws_dsql_cluster", "deletion_protection_enabled", allowed=(True,), tier="staging"),
        Setting("aws_dsql_cluster", "kms_encryption_key", key=True),
        Setting("aws_finspace_kx_environment", "kms_key_id", key=True),
        Setting("aws_kendra_index", "server_side_encryption_configuration.kms_key_id", key=True),
        Setting("aws_osis_pipeline", "encryption_at_rest_options.kms_key_arn", key=True),
        Setting("aws_osis_pipeline", "vpc_options.subnet_ids", required=True, why="the endpoint is public"),
        Setting("aws_qldb_ledger", "deletion_protection", rejected=(False,)),
        Setting("aws_qldb_ledger", "kms_key", key=True),
        Setting("aws_qldb_ledger", "permissions_mode", allowed=("STANDARD",)),
        Setting("aws_s3vectors_vector_bucket", "encryption_configuration.kms_key_arn", key=True),
        Setting("aws_s3vectors_vector_bucket", "force_destroy", rejected=(True,), tier="staging"),
        Setting("aws_storagegateway_nfs_file_share", "client_list", rejected=("0.0.0.0/0", "::/0")),
        Setting("aws_storagegateway_nfs_file_share", "kms_encrypted", allowed=(True,)),
        Setting("aws_storagegateway_nfs_file_share", "squash", rejected=("NoSquash",)),
        Setting("aws_storagegateway_smb_file_share", "authentication", rejected=("GuestAccess",)),
        Setting("aws_storagegateway_smb_file_share", "kms_encrypted", allowed=(True,)),
        Setting("aws_timestreaminfluxdb_db_cluster", "publicly_accessible", rejected=(True,)),
    )


check = StoresProtected()
