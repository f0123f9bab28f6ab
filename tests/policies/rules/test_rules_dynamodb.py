"""Rules for DynamoDB."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"


CASES = [
    Case(
        "LK_DYNAMODB_1",
        resources(aws_dynamodb_table={"T": {"name": "t", "deletion_protection_enabled": True}}),
        {
            "off": (put("aws_dynamodb_table/T/deletion_protection_enabled", False), "is not true"),
            "not set": (drop("aws_dynamodb_table/T/deletion_protection_enabled"), "is not true"),
        },
        {
            "a sandbox": both(drop("aws_dynamodb_table/T/deletion_protection_enabled"), tier("sandbox")),
        },
    ),
    Case(
        "LK_DYNAMODB_2",
        resources(
            aws_dynamodb_table_export={"E": {"s3_bucket": "b", "s3_sse_algorithm": "KMS", "s3_sse_kms_key_id": _KEY}}
        ),
        {
            "AES256": (put("aws_dynamodb_table_export/E/s3_sse_algorithm", "AES256"), "AES256, not KMS"),
            "no key": (drop("aws_dynamodb_table_export/E/s3_sse_kms_key_id"), "no KMS key"),
        },
    ),
]
