"""Curated rules on buckets, keys, catalog, tables and databases."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_S3: Final = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/"
_KMS: Final = "https://docs.aws.amazon.com/kms/latest/developerguide/"
_GLUE: Final = "https://docs.aws.amazon.com/glue/latest/dg/"
_PUBLIC: Final = _S3 + "access-control-block-public-access.html"
_DYNAMO: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
_REDSHIFT: Final = "https://docs.aws.amazon.com/redshift/latest/mgmt/"

STORAGE: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_53": CheckovRule("Buckets block public ACLs", "critical", "Set block_public_acls = true.", _PUBLIC),
    "CKV_AWS_54": CheckovRule("Buckets block public policies", "critical", "Set block_public_policy = true.", _PUBLIC),
    "CKV_AWS_55": CheckovRule("Buckets ignore public ACLs", "critical", "Set ignore_public_acls = true.", _PUBLIC),
    "CKV_AWS_56": CheckovRule(
        "Public buckets are restricted to the account", "critical", "Set restrict_public_buckets = true.", _PUBLIC
    ),
    "CKV_AWS_93": CheckovRule(
        "Bucket policies do not lock out every principal",
        "high",
        "Restrict the Deny statement: only the root user could remove it.",
        _S3 + "example-bucket-policies.html",
    ),
    "CKV_AWS_7": CheckovRule("Keys rotate", "high", "Set enable_key_rotation = true.", _KMS + "rotate-keys.html"),
    "CKV_AWS_33": CheckovRule(
        "Key policies name their principals",
        "critical",
        "Replace the principal *, or add a condition.",
        _KMS + "key-policies.html",
    ),
    "CKV_AWS_227": CheckovRule(
        "Keys are enabled",
        "high",
        "Set is_enabled = true: data under a disabled key cannot be read.",
        _KMS + "enabling-keys.html",
    ),
    "CKV_AWS_94": CheckovRule(
        "The catalog and its connection passwords are encrypted",
        "high",
        "Set catalog_encryption_mode = SSE-KMS and return_connection_password_encrypted = true, each with a key.",
        _GLUE + "encrypt-glue-data-catalog.html",
    ),
    "CKV_AWS_119": CheckovRule(
        "DynamoDB tables use a customer managed key",
        "high",
        "Set server_side_encryption with kms_key_arn.",
        _DYNAMO + "EncryptionAtRest.html",
    ),
    "CKV_AWS_28": CheckovRule(
        "DynamoDB tables have point-in-time recovery",
        "high",
        "Set point_in_time_recovery.enabled = true.",
        _DYNAMO + "PointInTimeRecovery.html",
    ),
    "CKV_AWS_165": CheckovRule(
        "Global DynamoDB tables have point-in-time recovery",
        "high",
        "Set point_in_time_recovery on every replica.",
        _DYNAMO + "PointInTimeRecovery.html",
    ),
    "CKV_AWS_142": CheckovRule(
        "Redshift uses a customer managed key", "high", "Set kms_key_id.", _REDSHIFT + "working-with-db-encryption.html"
    ),
    "CKV_AWS_87": CheckovRule(
        "Redshift is not public",
        "critical",
        "Set publicly_accessible = false.",
        _REDSHIFT + "managing-clusters-vpc.html",
    ),
    "CKV_AWS_141": CheckovRule(
        "Redshift applies version upgrades",
        "low",
        "Set allow_version_upgrade = true.",
        _REDSHIFT + "working-with-clusters.html",
    ),
    "CKV_AWS_154": CheckovRule(
        "Redshift runs in a VPC",
        "high",
        "Set cluster_subnet_group_name.",
        _REDSHIFT + "managing-clusters-vpc.html",
    ),
    "CKV_AWS_281": CheckovRule(
        "Redshift snapshot copies use a customer managed key",
        "high",
        "Set kms_key_id on the grant.",
        _REDSHIFT + "working-with-db-encryption.html",
    ),
    "CKV_AWS_320": CheckovRule(
        "Redshift does not use the default database name",
        "low",
        "Set database_name to something else than dev.",
        _REDSHIFT + "working-with-clusters.html",
    ),
    "CKV_AWS_321": CheckovRule(
        "Redshift uses enhanced VPC routing",
        "medium",
        "Set enhanced_vpc_routing = true.",
        _REDSHIFT + "enhanced-vpc-routing.html",
    ),
    "CKV_AWS_343": CheckovRule(
        "Redshift has automated snapshots",
        "high",
        "Set automated_snapshot_retention_period above 0.",
        _REDSHIFT + "working-with-snapshots.html",
    ),
    "CKV_AWS_391": CheckovRule(
        "A public Redshift cluster does not use the default administrator name",
        "high",
        "Choose another master_username and keep the cluster private.",
        _REDSHIFT + "working-with-clusters.html",
    ),
}
