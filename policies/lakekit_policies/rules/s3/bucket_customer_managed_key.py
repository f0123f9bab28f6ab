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
        "A customer managed key adds a second authorization: reading the bucket also requires access to the key. The "
        "S3 Bucket Key reduces KMS requests by up to 99 %. Log buckets are exempt, because S3 delivers access logs "
        "only to buckets with SSE-S3."
    )
    remedy = (
        "Add a server-side encryption configuration with `aws:kms`, the lake's key and `bucket_key_enabled = true`."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}

    def problems(self, block: Block) -> Iterable[str]:
        configurations = self.sub_resources(block, "aws_s3_bucket_server_side_encryption_configuration")
        rules = [rule for peer in configurations for rule in nested(peer.block, "rule")]
        rules += nested(block, "server_side_encryption_configuration", "rule")
        is_log_bucket = self.is_log_bucket(block)
        lacking = not rules and self.lacks(block, "aws_s3_bucket_server_side_encryption_configuration")
        if lacking and not is_log_bucket:  # SSE-S3 is the default
            yield "the bucket has no server-side encryption configuration"
        for rule in rules:
            default = (nested(rule, "apply_server_side_encryption_by_default") or [{}])[0]
            algorithm = default.get("sse_algorithm")
            if is_log_bucket and algorithm == "AES256":
                continue
            if algorithm not in ("aws:kms", "aws:kms:dsse"):
                yield f"default encryption is {algorithm or 'not set'}, not aws:kms or aws:kms:dsse"
                continue
            if problem := key_problem(default.get("kms_master_key_id"), "default encryption"):
                yield problem
            if rule.get("bucket_key_enabled") is not True:
                yield "bucket_key_enabled is not true; each object requires a KMS request"


check = BucketCustomerManagedKey()
