"""Curated rules on file systems, transfers, endpoints and backups."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_EFS: Final = "https://docs.aws.amazon.com/efs/latest/ug/"
_FSX: Final = "https://docs.aws.amazon.com/fsx/latest/"
_DMS: Final = "https://docs.aws.amazon.com/dms/latest/userguide/"
_TRANSFER: Final = "https://docs.aws.amazon.com/transfer/latest/userguide/"
_SYNC: Final = "https://docs.aws.amazon.com/datasync/latest/userguide/"
_FLOW: Final = "https://docs.aws.amazon.com/appflow/latest/userguide/"
_VPC: Final = "https://docs.aws.amazon.com/vpc/latest/"
_BACKUP: Final = "https://docs.aws.amazon.com/aws-backup/latest/devguide/"
_S3: Final = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
_TRAIL: Final = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
_KINESIS: Final = "https://docs.aws.amazon.com/streams/latest/dev/"
_REDSHIFT: Final = "https://docs.aws.amazon.com/redshift/latest/mgmt/"

TRANSFER: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_42": CheckovRule(
        "File systems are encrypted", "high", "Set encrypted = true.", _EFS + "encryption-at-rest.html"
    ),
    "CKV_AWS_184": CheckovRule(
        "File systems use a customer managed key", "high", "Set kms_key_id.", _EFS + "encryption-at-rest.html"
    ),
    "CKV_AWS_329": CheckovRule(
        "EFS access points have a root directory", "medium", "Set root_directory.path.", _EFS + "efs-access-points.html"
    ),
    "CKV_AWS_330": CheckovRule(
        "EFS access points have a user identity", "medium", "Set posix_user.", _EFS + "efs-access-points.html"
    ),
    "CKV_AWS_178": CheckovRule(
        "FSx for ONTAP uses a customer managed key",
        "high",
        "Set kms_key_id.",
        _FSX + "ONTAPGuide/encryption-at-rest.html",
    ),
    "CKV_AWS_179": CheckovRule(
        "FSx for Windows uses a customer managed key",
        "high",
        "Set kms_key_id.",
        _FSX + "WindowsGuide/encryption-at-rest.html",
    ),
    "CKV_AWS_190": CheckovRule(
        "FSx for Lustre uses a customer managed key",
        "high",
        "Set kms_key_id.",
        _FSX + "LustreGuide/encryption-at-rest.html",
    ),
    "CKV_AWS_203": CheckovRule(
        "FSx for OpenZFS uses a customer managed key",
        "high",
        "Set kms_key_id.",
        _FSX + "OpenZFSGuide/encryption-at-rest.html",
    ),
    "CKV_AWS_89": CheckovRule(
        "Replication instances are not public",
        "critical",
        "Set publicly_accessible = false.",
        _DMS + "CHAP_ReplicationInstance.html",
    ),
    "CKV_AWS_212": CheckovRule(
        "Replication instances use a customer managed key", "high", "Set kms_key_arn.", _DMS + "CHAP_Security.html"
    ),
    "CKV_AWS_222": CheckovRule(
        "Replication instances apply minor upgrades",
        "low",
        "Set auto_minor_version_upgrade = true.",
        _DMS + "CHAP_ReplicationInstance.html",
    ),
    "CKV_AWS_296": CheckovRule(
        "DMS endpoints use a customer managed key", "high", "Set kms_key_arn.", _DMS + "CHAP_Security.html"
    ),
    "CKV_AWS_298": CheckovRule(
        "DMS S3 endpoints use a customer managed key",
        "high",
        "Set server_side_encryption_kms_key_id.",
        _DMS + "CHAP_Target.S3.html",
    ),
    "CKV2_AWS_49": CheckovRule("DMS endpoints use TLS", "high", "Set ssl_mode.", _DMS + "CHAP_Security.SSL.html"),
    "CKV_AWS_164": CheckovRule(
        "Transfer servers are not public",
        "critical",
        "Set endpoint_type = VPC.",
        _TRANSFER + "create-server-in-vpc.html",
    ),
    "CKV_AWS_357": CheckovRule(
        "Transfer servers use encrypted protocols", "high", "Drop FTP.", _TRANSFER + "create-server-ftp.html"
    ),
    "CKV_AWS_380": CheckovRule(
        "Transfer servers use the latest security policy",
        "medium",
        "Set security_policy_name.",
        _TRANSFER + "security-policies.html",
    ),
    "CKV_AWS_295": CheckovRule(
        "DataSync locations have no secrets", "critical", "Drop secret_key.", _SYNC + "create-object-location.html"
    ),
    "CKV_AWS_263": CheckovRule(
        "AppFlow flows use a customer managed key", "high", "Set kms_arn.", _FLOW + "data-protection.html"
    ),
    "CKV_AWS_264": CheckovRule(
        "AppFlow profiles use a customer managed key", "high", "Set kms_arn.", _FLOW + "data-protection.html"
    ),
    "CKV_AWS_123": CheckovRule(
        "Endpoint services accept each connection",
        "high",
        "Set acceptance_required = true.",
        _VPC + "privatelink/configure-endpoint-service.html",
    ),
    "CKV_AWS_166": CheckovRule(
        "Backup vaults use a customer managed key", "high", "Set kms_key_arn.", _BACKUP + "encryption.html"
    ),
    "CKV_AWS_186": CheckovRule(
        "Objects use a customer managed key", "high", "Set kms_key_id.", _S3 + "UsingKMSEncryption.html"
    ),
    "CKV_AWS_294": CheckovRule(
        "Event data stores use a customer managed key",
        "high",
        "Set kms_key_id.",
        _TRAIL + "query-event-data-store.html",
    ),
    "CKV_AWS_43": CheckovRule(
        "Kinesis streams are encrypted", "high", "Set encryption_type = KMS.", _KINESIS + "server-side-encryption.html"
    ),
    "CKV_AWS_185": CheckovRule(
        "Kinesis streams use a customer managed key",
        "high",
        "Set kms_key_id.",
        _KINESIS + "server-side-encryption.html",
    ),
    "CKV_AWS_282": CheckovRule(
        "Redshift Serverless uses a customer managed key",
        "high",
        "Set kms_key_id.",
        _REDSHIFT + "serverless-workgroups-and-namespaces-rotate-kms-key.html",
    ),
    "CKV_AWS_177": CheckovRule(
        "Video streams use a customer managed key",
        "high",
        "Set kms_key_id.",
        "https://docs.aws.amazon.com/kinesisvideostreams/latest/dg/how-kms.html",
    ),
    "CKV_AWS_181": CheckovRule(
        "Copies of objects use a customer managed key", "high", "Set kms_key_id.", _S3 + "UsingKMSEncryption.html"
    ),
}
