from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class BucketCustomerManagedKey(BucketRule):
    id = "LK_S3_2"
    title = "S3 buckets encrypt with a customer managed key and a bucket key"
    severity = "high"
    rationale = (
        "A key of our own is a second lock: whoever may read the bucket still needs the key. The bucket key cuts "
        "KMS requests by some 99 %. A log bucket is the exception: S3 delivers access logs only to SSE-S3."
    )
    remedy = "Add a server-side encryption configuration with aws:kms, the lake's key and bucket_key_enabled."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}

    def problems(self, block: Block) -> Iterable[str]:
        found = self.sub_resources(block, "aws_s3_bucket_server_side_encryption_configuration")
        rules = [rule for peer in found for rule in nested(peer.block, "rule")]
        if not rules:
            yield "the bucket has no server-side encryption configuration"
        logs = self.is_log_bucket(block)
        for rule in rules:
            default = (nested(rule, "apply_server_side_encryption_by_default") or [{}])[0]
            algorithm = default.get("sse_algorithm")
            if logs and algorithm == "AES256":
                continue
            if algorithm not in ("aws:kms", "aws:kms:dsse"):
                yield f"default encryption is {algorithm or 'not set'}, not aws:kms"
                continue
            if problem := key_problem(default.get("kms_master_key_id"), "default encryption"):
                yield problem
            if rule.get("bucket_key_enabled") is not True:
                yield "bucket_key_enabled is not true, so every object costs a KMS request"


check = BucketCustomerManagedKey()
