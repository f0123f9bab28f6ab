"""Data bucket and log bucket that pass every rule."""

from __future__ import annotations

from rule_cases import ACCOUNT, policy, resources

ARN = "arn:aws:s3:::acme-raw"
REF = "${aws_s3_bucket.Raw.id}"
KEY = "${aws_kms_key.Key.arn}"
SSE = "s3:x-amz-server-side-encryption"
DENY = {"Effect": "Deny", "Principal": "*"}
PUT = {**DENY, "Action": "s3:PutObject", "Resource": f"{ARN}/*"}
ALL = {**DENY, "Action": "s3:*", "Resource": [ARN, f"{ARN}/*"]}

BUCKET = resources(
    aws_s3_bucket={
        "Raw": {"bucket": "acme-raw", "force_destroy": False},
        "Logs": {"bucket": "acme-logs", "force_destroy": False},
    },
    aws_kms_key={"Key": {"description": "lake"}},
    aws_s3_bucket_policy={
        "Raw": {
            "bucket": REF,
            "policy": policy(
                {"Sid": "Http", **ALL, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                {"Sid": "Tls", **ALL, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
                {"Sid": "Customer", **PUT, "Condition": {"Null": {f"{SSE}-customer-algorithm": "false"}}},
                {"Sid": "Algorithm", **PUT, "Condition": {"StringNotEqualsIfExists": {SSE: "aws:kms"}}},
                {"Sid": "Other", **PUT, "Condition": {"StringNotEqualsIfExists": {f"{SSE}-aws-kms-key-id": KEY}}},
                {
                    "Sid": "Missing",
                    **PUT,
                    "Condition": {"StringEquals": {SSE: "aws:kms"}, "Null": {f"{SSE}-aws-kms-key-id": "true"}},
                },
            ),
        },
        "Logs": {
            "bucket": "acme-logs",
            "policy": policy(
                {"Sid": "Http", **ALL, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                {"Sid": "Tls", **ALL, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
                {"Sid": "Customer", **PUT, "Condition": {"Null": {f"{SSE}-customer-algorithm": "false"}}},
            ),
        },
    },
    aws_s3_bucket_server_side_encryption_configuration={
        "Raw": {
            "bucket": REF,
            "rule": [
                {
                    "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": KEY},
                    "bucket_key_enabled": True,
                }
            ],
        },
        "Logs": {
            "bucket": "acme-logs",
            "rule": [{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
        },
    },
    aws_s3_bucket_ownership_controls={
        "Raw": {"bucket": REF, "rule": {"object_ownership": "BucketOwnerEnforced"}},
        "Logs": {"bucket": "acme-logs", "rule": {"object_ownership": "BucketOwnerEnforced"}},
    },
    aws_s3_bucket_logging={"Raw": {"bucket": REF, "target_bucket": "${aws_s3_bucket.Logs.id}", "target_prefix": "a/"}},
    aws_s3_bucket_lifecycle_configuration={
        "Raw": {
            "bucket": REF,
            "rule": [
                {
                    "id": "tidy",
                    "status": "Enabled",
                    "filter": {},
                    "noncurrent_version_expiration": {"noncurrent_days": 30},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                    "transition": [{"days": 30, "storage_class": "INTELLIGENT_TIERING"}],
                }
            ],
        },
        "Logs": {
            "bucket": "acme-logs",
            "rule": [
                {
                    "id": "end",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": 365},
                    "noncurrent_version_expiration": {"noncurrent_days": 1},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
        },
    },
    aws_s3_bucket_notification={"Raw": {"bucket": REF, "eventbridge": True}},
    aws_s3_bucket_inventory={
        "Raw": {
            "bucket": REF,
            "name": "weekly",
            "destination": {
                "bucket": {
                    "bucket_arn": "arn:aws:s3:::acme-logs",
                    "format": "Parquet",
                    "account_id": ACCOUNT,
                    "encryption": {"sse_s3": {}},
                }
            },
        }
    },
)
