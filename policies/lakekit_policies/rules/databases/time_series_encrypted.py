from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class TimeSeriesEncrypted(SettingsRule):
    id = "LK_RDS_10"
    title = "Time series, caches of several regions and metrics are encrypted"
    severity = "high"
    rationale = "Error reports and rejected records hold the data that they are about."
    remedy = "Set TLS and a customer managed key."
    reference = "https://docs.aws.amazon.com/timestream/latest/developerguide/EncryptionAtRest.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-12", "SC-28(1)"], "soc2": ["CC6.1", "CC6.7"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_memorydb_multi_region_cluster", "tls_enabled", rejected=(False,)),
        Setting("aws_prometheus_workspace", "kms_key_arn", key=True),
        Setting("aws_timestreamquery_scheduled_query", "kms_key_id", key=True),
        Setting(
            "aws_timestreamwrite_table",
            "magnetic_store_write_properties.magnetic_store_rejected_data_location.s3_configuration.encryption_option",
            allowed=("SSE_KMS",),
            if_block=True,
        ),
    )


check = TimeSeriesEncrypted()
