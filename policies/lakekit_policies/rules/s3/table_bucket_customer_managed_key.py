from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class TableBucketCustomerManagedKey(SettingsRule):
    id = "LK_S3_40"
    title = "S3 Tables use a customer managed key"
    severity = "high"
    rationale = "Without a key, S3 encrypts the tables with its own key, which cannot be restricted."
    remedy = 'Set `encryption_configuration` with `sse_algorithm = "aws:kms"` and `kms_key_arn`.'
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-tables-kms-encryption.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "aws_s3tables_table_bucket",
            "encryption_configuration.sse_algorithm",
            allowed=("aws:kms",),
            default="AES256",
        ),
        Setting("aws_s3tables_table_bucket", "encryption_configuration.kms_key_arn", key=True),
        Setting("aws_s3tables_table", "encryption_configuration.sse_algorithm", allowed=("aws:kms",), if_block=True),
        Setting("aws_s3tables_table", "encryption_configuration.kms_key_arn", key=True, if_block=True),
    )


check = TableBucketCustomerManagedKey()
