from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class CacheEncrypted(SettingsRule):
    id = "LK_CACHE_2"
    title = "Caches are encrypted and require authentication"
    severity = "high"
    rationale = "A cache holds copies of data. Without TLS and users, everyone in the network reads it."
    remedy = "Set the customer managed key, TLS and a password or IAM authentication."
    reference = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/encryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_elasticache_serverless_cache", "kms_key_id", key=True),
        Setting(
            "aws_elasticache_cluster", "transit_encryption_enabled", allowed=(True,), unless="replication_group_id"
        ),
        Setting("aws_elasticache_user", "no_password_required", rejected=(True,)),
        Setting("aws_elasticache_user", "authentication_mode.type", rejected=("no-password-required",)),
        Setting("aws_elasticache_user", "access_string", rejected=("on ~* +@all", "on ~* &* +@all")),
        Setting("aws_memorydb_cluster", "acl_name", rejected=("open-access",)),
        Setting("aws_memorydb_user", "access_string", rejected=("on ~* &* +@all", "on ~* +@all")),
    )


check = CacheEncrypted()
