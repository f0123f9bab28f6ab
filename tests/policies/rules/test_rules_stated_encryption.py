"""Encryption that objects and settings of other buckets state."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"
_SETTINGS = "aws_s3_bucket_server_side_encryption_configuration/S"
_DEFAULT = f"{_SETTINGS}/rule/0/apply_server_side_encryption_by_default/0"

CASES = [
    Case(
        "LK_S3_43",
        resources(
            aws_s3_bucket_server_side_encryption_configuration={
                "S": {
                    "bucket": "acme-raw",
                    "rule": [
                        {
                            "apply_server_side_encryption_by_default": [
                                {"sse_algorithm": "aws:kms", "kms_master_key_id": _KEY}
                            ]
                        }
                    ],
                }
            },
            aws_s3_object={
                "O": {"bucket": "acme-raw", "key": "a", "server_side_encryption": "aws:kms", "kms_key_id": _KEY}
            },
            aws_s3_object_copy={"C": {"bucket": "acme-raw", "key": "b", "source": "acme-raw/a"}},
        ),
        {
            "SSE-S3": (put(f"{_DEFAULT}/sse_algorithm", "AES256"), "bucket acme-raw is encrypted with AES256"),
            "an unknown algorithm": (put(f"{_DEFAULT}/sse_algorithm", "aws:new"), "encrypted with aws:new"),
            "no algorithm": (put(f"{_SETTINGS}/rule/0", {"bucket_key_enabled": True}), "with no algorithm"),
            "no key": (drop(f"{_DEFAULT}/kms_master_key_id"), "bucket acme-raw has no KMS key"),
            "an object": (put("aws_s3_object/O/server_side_encryption", "AES256"), "is AES256, which bypasses the key"),
            "an object with the AWS managed key": (drop("aws_s3_object/O/kms_key_id"), "AWS managed key aws/s3"),
            "a copy": (put("aws_s3_object_copy/C/server_side_encryption", "AES256"), "is AES256"),
            "a customer-provided key": (
                put("aws_s3_object_copy/C/customer_algorithm", "AES256"),
                "customer_algorithm is set",
            ),
        },
        {
            "the default of the bucket": both(
                drop("aws_s3_object/O/server_side_encryption"), drop("aws_s3_object/O/kms_key_id")
            ),
            "a bucket of this configuration, which LK_S3_2 evaluates": both(
                put("resource/aws_s3_bucket", {"B": {"bucket": "acme-raw"}}),
                put(f"{_DEFAULT}/sse_algorithm", "AES256"),
            ),
            "a reference to a bucket of this configuration": both(
                put("resource/aws_s3_bucket", {"B": {"bucket": "acme-raw"}}),
                put(f"{_SETTINGS}/bucket", "${aws_s3_bucket.B.id}"),
                put(f"{_DEFAULT}/sse_algorithm", "AES256"),
            ),
            "a bucket for logs": both(
                put("resource/aws_s3_bucket_logging", {"L": {"bucket": "x", "target_bucket": "acme-raw"}}),
                put(f"{_DEFAULT}/sse_algorithm", "AES256"),
                put("aws_s3_object/O/server_side_encryption", "AES256"),
            ),
        },
    ),
]
