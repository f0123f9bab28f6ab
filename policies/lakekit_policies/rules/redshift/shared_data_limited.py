from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class SharedDataLimited(SettingsRule):
    id = "LK_REDSHIFT_9"
    title = "Shared data and integrations of databases are limited and encrypted"
    severity = "high"
    rationale = (
        "A data share for the entire account gives every cluster of it the tables. An integration keeps a copy of "
        "the source, encrypted with its own key."
    )
    remedy = "Name the consumers of a data share, without writes. Set a customer managed key for integrations."
    reference = "https://docs.aws.amazon.com/redshift/latest/dg/datashare-overview.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6", "SC-28(1)"], "soc2": ["CC6.1", "CC6.3"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_redshift_data_share_consumer_association", "associate_entire_account", rejected=(True,)),
        Setting("aws_redshift_data_share_consumer_association", "allow_writes", rejected=(True,)),
        Setting("aws_redshift_integration", "kms_key_id", key=True),
        Setting("aws_rds_integration", "kms_key_id", key=True),
        Setting("aws_rds_shard_group", "publicly_accessible", rejected=(True,)),
    )


check = SharedDataLimited()
