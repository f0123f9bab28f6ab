from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rules._shared.buckets import BucketRule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, is_unknown, local_address, nested, reference

_KMS = ("aws:kms", "aws:kms:dsse")
_SETTINGS = "aws_s3_bucket_server_side_encryption_configuration"


class StatedEncryptionCustomerManagedKey(BucketRule):
    id = "LK_S3_43"
    title = "Objects and encryption settings of other buckets use a customer managed key"
    severity = "high"
    rationale = (
        "An object with AES256 or a customer-provided key bypasses the key of its bucket. Encryption settings of a "
        "bucket that another configuration declares replace those that were reviewed there."
    )
    remedy = (
        "Leave `server_side_encryption` of objects unset, so that the settings of the bucket apply, or set `aws:kms` "
        "with a customer managed key. Set `aws:kms` and a key for the bucket."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = (_SETTINGS, "aws_s3_object", "aws_s3_object_copy")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == _SETTINGS:
            yield from self._settings_problems(block)
        elif (found := list(_object_problems(block, self.entity_type))) and not self.is_log_bucket(block):
            yield from found  # log buckets have SSE-S3

    def _settings_problems(self, block: Block) -> Iterator[str]:
        """Problems of settings of a bucket elsewhere; LK_S3_2 evaluates those of buckets in this configuration."""
        bucket = block.get("bucket")
        if (
            (found := list(_rule_problems(block, bucket)))
            and not self._declares(bucket)
            and not self.is_log_bucket(block)
        ):
            yield from found

    def _declares(self, bucket: object) -> bool:
        """Whether the configuration declares the bucket, or may declare it."""
        target = reference(bucket)
        if target is None:
            return is_unknown(bucket) or self.peers.is_named(bucket, "aws_s3_bucket", attribute="bucket")
        return any(target == local_address(peer.address) for peer in self.peers.all("aws_s3_bucket"))


def _rule_problems(block: Block, bucket: object) -> Iterator[str]:
    for rule in nested(block, "rule"):
        for default in nested(rule, "apply_server_side_encryption_by_default") or [{}]:
            algorithm = default.get("sse_algorithm")
            if algorithm not in _KMS:
                yield f"bucket {bucket} is encrypted with {algorithm or 'no algorithm'}, not {' or '.join(_KMS)}"
            elif problem := key_problem(default.get("kms_master_key_id"), f"bucket {bucket}"):
                yield problem


def _object_problems(block: Block, kind: str) -> Iterator[str]:
    algorithm = block.get("server_side_encryption")
    if algorithm == "AES256":
        yield "server_side_encryption is AES256, which bypasses the key of the bucket"
    elif kind == "aws_s3_object" and algorithm in _KMS and not block.get("kms_key_id"):
        yield f"server_side_encryption is {algorithm} without kms_key_id: S3 uses the AWS managed key aws/s3"
    if block.get("customer_algorithm"):
        yield "customer_algorithm is set: without the key of the caller, the object cannot be read"


check = StatedEncryptionCustomerManagedKey()
