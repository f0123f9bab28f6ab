from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class ReplicasCustomerManagedKey(SettingsRule):
    id = "LK_S3_42"
    title = "Replication uses a customer managed key of the target region"
    severity = "high"
    rationale = (
        "Without a key, replicas are encrypted with the default of the target bucket, and objects that are encrypted "
        "with KMS are not replicated at all."
    )
    remedy = "Set `destination.encryption_configuration.replica_kms_key_id`, and enable `sse_kms_encrypted_objects`."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "aws_s3_bucket_replication_configuration",
            "rule.destination.encryption_configuration.replica_kms_key_id",
            key=True,
        ),
    )


check = ReplicasCustomerManagedKey()
