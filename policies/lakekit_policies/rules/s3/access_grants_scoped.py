from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class AccessGrantsScoped(SettingsRule):
    id = "LK_S3_45"
    title = "Locations of S3 Access Grants name a bucket, and directory buckets keep their objects"
    severity = "high"
    rationale = (
        "A location of `s3://` lets grants reach every bucket that its role can read. A directory bucket has no "
        "versions: with `force_destroy`, its objects are lost with it."
    )
    remedy = "Name bucket and prefix in `location_scope`. Leave `force_destroy` off."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-location.html"
    pack = "baseline"
    controls = {"nist": ["AC-6", "CP-9"], "soc2": ["CC6.1", "CC6.3"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_s3control_access_grants_location", "location_scope", rejected=("s3://", "s3://*")),
        Setting("aws_s3_directory_bucket", "force_destroy", rejected=(True,), tier="staging"),
    )


check = AccessGrantsScoped()
