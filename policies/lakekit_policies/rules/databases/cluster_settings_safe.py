from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class ClusterSettingsSafe(SettingsRule):
    id = "LK_RDS_9"
    title = "Clusters and proxies have deletion protection, a customer managed key and no debug log"
    severity = "high"
    rationale = (
        "A cluster without deletion protection is deleted by one call. Debug logs of a proxy contain SQL statements "
        "with their values."
    )
    remedy = "Set `deletion_protection` and `kms_key_id`, and leave `debug_logging` off."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-managing.html"
    pack = "baseline"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_docdb_cluster", "deletion_protection", allowed=(True,), tier="staging"),
        Setting("aws_neptunegraph_graph", "deletion_protection", rejected=(False,)),
        Setting("aws_neptunegraph_graph", "kms_key_identifier", key=True),
        Setting("aws_docdbelastic_cluster", "kms_key_id", key=True),
        Setting("aws_docdbelastic_cluster", "auth_type", rejected=("PLAIN_TEXT",)),
        Setting("aws_db_proxy", "debug_logging", rejected=(True,)),
        Setting("aws_elasticache_replication_group", "transit_encryption_mode", rejected=("preferred",)),
        Setting("aws_dms_replication_config", "compute_config.kms_key_id", key=True),
    )


check = ClusterSettingsSafe()
