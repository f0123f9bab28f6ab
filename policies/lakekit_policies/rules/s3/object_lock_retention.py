from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class ObjectLockRetention(SettingsRule):
    id = "LK_S3_41"
    title = "Object Lock keeps versions between 7 days and 10 years"
    severity = "high"
    rationale = (
        "A retention of a day protects nothing. One of many years in mode COMPLIANCE cannot be undone, also not for "
        "personal data that must be erased."
    )
    remedy = "Set `default_retention` between 7 days and 10 years."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "aws_s3_bucket_object_lock_configuration",
            "rule.default_retention.days",
            minimum=7,
            maximum=3650,
            if_block=True,
            unless="years",
        ),
        Setting("aws_s3_bucket_object_lock_configuration", "rule.default_retention.years", maximum=10, if_block=True),
    )


check = ObjectLockRetention()
