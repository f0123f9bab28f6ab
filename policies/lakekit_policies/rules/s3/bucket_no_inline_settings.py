from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.terraform.blocks import Block

INLINE = (
    "acceleration_status",
    "acl",
    "cors_rule",
    "grant",
    "lifecycle_rule",
    "logging",
    "object_lock_configuration",
    "policy",
    "replication_configuration",
    "request_payer",
    "server_side_encryption_configuration",
    "versioning",
    "website",
)


class BucketNoInlineSettings(Rule):
    id = "LK_S3_12"
    title = "S3 buckets are configured by separate resources"
    severity = "high"
    rationale = (
        "The deprecated arguments of `aws_s3_bucket` conflict with the resources that replaced them: each apply "
        "reverts the other, and other rules do not evaluate inline settings."
    )
    remedy = "Move the setting to its own resource, for example `aws_s3_bucket_lifecycle_configuration`."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket"
    pack = "baseline"
    controls = {"nist": ["CM-3", "CM-6"], "soc2": ["CC8.1"]}
    stages = (SYNTH,)  # in a plan, these attributes contain the values read from AWS
    resources = ("aws_s3_bucket",)

    def problems(self, block: Block) -> Iterable[str]:
        yield from (f"{name} is set in aws_s3_bucket; use the separate resource" for name in INLINE if block.get(name))


check = BucketNoInlineSettings()
