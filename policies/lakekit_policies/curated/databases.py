"""Curated rules on document and graph databases, caches and search domains."""

from __future__ import annotations

from typing import Final

from lakekit_policies.curated.entry import CheckovRule

_CACHE: Final = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/"
_NEPTUNE: Final = "https://docs.aws.amazon.com/neptune/latest/userguide/"
_DOCDB: Final = "https://docs.aws.amazon.com/documentdb/latest/developerguide/"
_SEARCH: Final = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/"
_DAX: Final = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
_MEMORY: Final = "https://docs.aws.amazon.com/memorydb/latest/devguide/"
_OTHER: Final = "https://docs.aws.amazon.com/"

DATABASES: Final[dict[str, CheckovRule]] = {
    "CKV_AWS_29": CheckovRule(
        "Cache groups are encrypted at rest",
        "high",
        "Set at_rest_encryption_enabled = true.",
        _CACHE + "at-rest-encryption.html",
    ),
    "CKV_AWS_30": CheckovRule(
        "Cache groups are encrypted in transit",
        "high",
        "Set transit_encryption_enabled = true.",
        _CACHE + "in-transit-encryption.html",
    ),
    "CKV_AWS_191": CheckovRule(
        "Cache groups use a customer managed key", "high", "Set kms_key_id.", _CACHE + "at-rest-encryption.html"
    ),
    "CKV_AWS_134": CheckovRule(
        "Cache clusters have backups", "medium", "Set snapshot_retention_limit.", _CACHE + "backups-automatic.html"
    ),
    "CKV_AWS_201": CheckovRule(
        "MemoryDB clusters use a customer managed key", "high", "Set kms_key_arn.", _MEMORY + "at-rest-encryption.html"
    ),
    "CKV_AWS_202": CheckovRule(
        "MemoryDB clusters are encrypted in transit",
        "high",
        "Set tls_enabled = true.",
        _MEMORY + "in-transit-encryption.html",
    ),
    "CKV_AWS_278": CheckovRule(
        "MemoryDB snapshots use a customer managed key", "high", "Set kms_key_arn.", _MEMORY + "at-rest-encryption.html"
    ),
    "CKV_AWS_44": CheckovRule(
        "Neptune clusters are encrypted", "high", "Set storage_encrypted = true.", _NEPTUNE + "encrypt.html"
    ),
    "CKV_AWS_101": CheckovRule(
        "Neptune clusters export logs",
        "medium",
        "Set enable_cloudwatch_logs_exports.",
        _NEPTUNE + "cloudwatch-logs.html",
    ),
    "CKV_AWS_102": CheckovRule(
        "Neptune instances are not public",
        "critical",
        "Set publicly_accessible = false.",
        _NEPTUNE + "security-vpc.html",
    ),
    "CKV_AWS_347": CheckovRule(
        "Neptune clusters use a customer managed key", "high", "Set kms_key_arn.", _NEPTUNE + "encrypt.html"
    ),
    "CKV_AWS_359": CheckovRule(
        "Neptune clusters allow IAM authentication",
        "medium",
        "Set iam_database_authentication_enabled = true.",
        _NEPTUNE + "iam-auth.html",
    ),
    "CKV2_AWS_58": CheckovRule(
        "Neptune clusters have deletion protection",
        "high",
        "Set deletion_protection = true.",
        _NEPTUNE + "manage-console-instances-delete.html",
    ),
    "CKV_AWS_279": CheckovRule(
        "Neptune snapshots are encrypted", "high", "Encrypt the cluster.", _NEPTUNE + "encrypt.html"
    ),
    "CKV_AWS_74": CheckovRule(
        "DocumentDB clusters are encrypted", "high", "Set storage_encrypted = true.", _DOCDB + "encryption-at-rest.html"
    ),
    "CKV_AWS_85": CheckovRule(
        "DocumentDB clusters export logs", "medium", "Set enabled_cloudwatch_logs_exports.", _DOCDB + "profiling.html"
    ),
    "CKV_AWS_90": CheckovRule(
        "DocumentDB requires TLS", "high", "Leave the parameter tls enabled.", _DOCDB + "security.encryption.ssl.html"
    ),
    "CKV_AWS_182": CheckovRule(
        "DocumentDB clusters use a customer managed key", "high", "Set kms_key_id.", _DOCDB + "encryption-at-rest.html"
    ),
    "CKV_AWS_360": CheckovRule(
        "DocumentDB clusters keep backups",
        "high",
        "Set backup_retention_period to 7 days or more.",
        _DOCDB + "backup_restore.html",
    ),
    "CKV_AWS_292": CheckovRule(
        "Global DocumentDB clusters are encrypted",
        "high",
        "Set storage_encrypted = true.",
        _DOCDB + "encryption-at-rest.html",
    ),
    "CKV_AWS_47": CheckovRule(
        "DAX clusters are encrypted at rest",
        "high",
        "Set server_side_encryption.enabled = true.",
        _DAX + "DAXEncryptionAtRest.html",
    ),
    "CKV_AWS_239": CheckovRule(
        "DAX endpoints use TLS",
        "high",
        "Set cluster_endpoint_encryption_type = TLS.",
        _DAX + "DAXEncryptionInTransit.html",
    ),
    "CKV_AWS_271": CheckovRule(
        "Replicas of DynamoDB tables use a customer managed key",
        "high",
        "Set kms_key_arn.",
        _DAX + "EncryptionAtRest.html",
    ),
    "CKV_AWS_5": CheckovRule(
        "Search domains are encrypted at rest",
        "high",
        "Set encrypt_at_rest.enabled = true.",
        _SEARCH + "encryption-at-rest.html",
    ),
    "CKV_AWS_6": CheckovRule(
        "Search domains encrypt between nodes",
        "high",
        "Set node_to_node_encryption.enabled = true.",
        _SEARCH + "ntn.html",
    ),
    "CKV_AWS_83": CheckovRule(
        "Search domains require HTTPS",
        "high",
        "Set domain_endpoint_options.enforce_https = true.",
        _SEARCH + "infrastructure-security.html",
    ),
    "CKV_AWS_84": CheckovRule(
        "Search domains publish logs",
        "medium",
        "Set log_publishing_options.",
        _SEARCH + "createdomain-configure-slow-logs.html",
    ),
    "CKV_AWS_137": CheckovRule("Search domains run in a VPC", "critical", "Set vpc_options.", _SEARCH + "vpc.html"),
    "CKV_AWS_228": CheckovRule(
        "Search domains require TLS 1.2",
        "high",
        "Set tls_security_policy to a policy of TLS 1.2.",
        _SEARCH + "infrastructure-security.html",
    ),
    "CKV_AWS_247": CheckovRule(
        "Search domains use a customer managed key",
        "high",
        "Set encrypt_at_rest.kms_key_id.",
        _SEARCH + "encryption-at-rest.html",
    ),
    "CKV_AWS_317": CheckovRule(
        "Search domains publish audit logs", "medium", "Publish AUDIT_LOGS.", _SEARCH + "audit-logs.html"
    ),
    "CKV2_AWS_52": CheckovRule(
        "Search domains have fine-grained access control",
        "high",
        "Set advanced_security_options.enabled = true.",
        _SEARCH + "fgac.html",
    ),
    "CKV_AWS_160": CheckovRule(
        "Timestream databases use a customer managed key",
        "high",
        "Set kms_key_id.",
        _OTHER + "timestream/latest/developerguide/EncryptionAtRest.html",
    ),
    "CKV_AWS_265": CheckovRule(
        "Keyspaces tables use a customer managed key",
        "high",
        "Set encryption_specification.",
        _OTHER + "keyspaces/latest/devguide/EncryptionAtRest.html",
    ),
}
