"""Rules for S3 buckets and their sub-resources."""

from __future__ import annotations

from bucket_fixtures import ARN, BUCKET, KEY, REF, SSE
from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, add_statement, both, changed, drop, put, statement, tier

__all__ = ["test_passes", "test_rejects"]

_POLICY = "aws_s3_bucket_policy/Raw/policy"
_SSE = "aws_s3_bucket_server_side_encryption_configuration/Raw"
_DEFAULT = f"{_SSE}/rule/0/apply_server_side_encryption_by_default"
_LIFE = "aws_s3_bucket_lifecycle_configuration/Raw/rule/0"


def exported(bucket: str = "${aws_s3_bucket.Raw.arn}") -> Change:
    """An inventory of the bucket that S3 writes to a bucket, below a prefix."""
    destination = {"bucket": {"bucket_arn": bucket, "prefix": "exports/", "format": "CSV"}}
    return put("resource/aws_s3_bucket_inventory", {"Raw": {"bucket": REF, "name": "all", "destination": destination}})


# Tagged as a log bucket, with log delivery allowed.
LOGS = both(
    put("aws_s3_bucket/Logs/tags", {"content": "logs"}),
    add_statement(
        "aws_s3_bucket_policy/Logs/policy",
        Sid="Deliver",
        Effect="Allow",
        Principal={"Service": "logging.s3.amazonaws.com"},
        Action="s3:PutObject",
        Resource="arn:aws:s3:::acme-logs/*",
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    ),
)
# After apply, a plan contains the bucket name instead of a reference.
BY_NAME = changed(
    BUCKET,
    *(
        put(f"{kind}/Raw/bucket", "acme-raw")
        for kind in BUCKET["resource"]
        if kind.startswith("aws_s3_bucket_") and "Raw" in BUCKET["resource"][kind]
    ),
)

CASES = [
    Case(
        "LK_S3_1",
        BUCKET,
        {
            "no policy": (drop("aws_s3_bucket_policy/Raw"), "no bucket policy"),
            "the policy of a bucket of another configuration": (
                put(
                    "aws_s3_bucket_policy/Other",
                    {"bucket": "acme-raw-elsewhere", "policy": '{"Version": "2012-10-17", "Statement": []}'},
                ),
                "aws_s3_bucket_policy.Other: no statement denies all requests when aws:SecureTransport",
            ),
            "http allowed": (statement(_POLICY, "Http"), "aws:SecureTransport"),
            "old TLS allowed": (statement(_POLICY, "Tls"), "s3:TlsVersion"),
            "TLS 1.1 allowed": (
                statement(_POLICY, "Tls", lambda s: s.update(Condition={"NumericLessThan": {"s3:TlsVersion": "1.1"}})),
                "s3:TlsVersion",
            ),
            "denied to one role only": (
                statement(_POLICY, "Http", lambda s: s.update(Principal={"AWS": "arn:aws:iam::111111111111:role/a"})),
                "aws:SecureTransport",
            ),
            "denied for reads only": (
                statement(_POLICY, "Http", lambda s: s.update(Action="s3:GetObject")),
                "aws:SecureTransport",
            ),
            "denied on objects only": (
                statement(_POLICY, "Http", lambda s: s.update(Resource=f"{ARN}/*")),
                "aws:SecureTransport",
            ),
            "narrowed by another condition": (
                statement(
                    _POLICY, "Http", lambda s: s["Condition"].update(StringEquals={"aws:PrincipalTag/team": "x"})
                ),
                "aws:SecureTransport",
            ),
            "log bucket without the TLS statement": (
                statement("aws_s3_bucket_policy/Logs/policy", "Tls"),
                "s3:TlsVersion",
            ),
        },
        {"by name": lambda d: d.update(BY_NAME)},
    ),
    Case(
        "LK_S3_2",
        BUCKET,
        {
            "no configuration": (drop(_SSE), "no server-side encryption"),
            "SSE-S3 on a data bucket": (put(_DEFAULT, {"sse_algorithm": "AES256"}), "not aws:kms"),
            "no key": (
                put(_DEFAULT, {"sse_algorithm": "aws:kms"}),
                "default encryption has no KMS key",
            ),
            "AWS managed key": (
                put(f"{_DEFAULT}/kms_master_key_id", "alias/aws/s3"),
                "default encryption uses the AWS managed key alias/aws/s3",
            ),
            "no bucket key": (put(f"{_SSE}/rule/0/bucket_key_enabled", False), "bucket_key_enabled"),
        },
        {
            "by name": lambda d: d.update(BY_NAME),
            "dual layer": put(f"{_DEFAULT}/sse_algorithm", "aws:kms:dsse"),
            "literal key": put(f"{_DEFAULT}/kms_master_key_id", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"),
        },
    ),
    Case(
        "LK_S3_3",
        BUCKET,
        {
            "no policy": (drop("aws_s3_bucket_policy/Raw"), "no bucket policy"),
            "SSE-C allowed": (statement(_POLICY, "Customer"), "SSE-C"),
            "other algorithm allowed": (statement(_POLICY, "Algorithm"), "another algorithm"),
            "other key allowed": (statement(_POLICY, "Other"), "another KMS key"),
            "missing key allowed": (statement(_POLICY, "Missing"), "without a key"),
            "wildcard key": (
                statement(
                    _POLICY,
                    "Other",
                    lambda s: s.update(Condition={"StringNotEqualsIfExists": {f"{SSE}-aws-kms-key-id": "arn:*"}}),
                ),
                "another KMS key",
            ),
            "Allow instead of Deny": (
                statement(_POLICY, "Other", lambda s: s.update(Effect="Allow")),
                "another KMS key",
            ),
        },
        {
            "null test instead of IfExists": statement(
                _POLICY,
                "Other",
                lambda s: s.update(
                    Condition={
                        "StringNotEquals": {f"{SSE}-aws-kms-key-id": KEY},
                        "Null": {f"{SSE}-aws-kms-key-id": "false"},
                    }
                ),
            ),
            "key always required": both(
                statement(_POLICY, "Missing"),
                statement(
                    _POLICY,
                    "Other",
                    lambda s: s.update(Condition={"StringNotEquals": {f"{SSE}-aws-kms-key-id": KEY}}),
                ),
            ),
        },
    ),
    Case(
        "LK_S3_4",
        BUCKET,
        {
            "no ownership controls": (drop("aws_s3_bucket_ownership_controls/Raw"), "object_ownership is not set"),
            "ACLs enabled": (
                put("aws_s3_bucket_ownership_controls/Raw/rule/object_ownership", "ObjectWriter"),
                "ObjectWriter",
            ),
            "ACL resource": (
                put("resource/aws_s3_bucket_acl", {"Raw": {"bucket": REF, "acl": "private"}}),
                "sets an ACL",
            ),
        },
        {"by name": lambda d: d.update(BY_NAME)},
    ),
    Case(
        "LK_S3_5",
        BUCKET,
        {
            "no logging": (
                drop("aws_s3_bucket_logging/Raw"),
                "aws_s3_bucket.Raw: server access logging is not enabled",
            ),
            "tagged as logs without delivery": (
                both(drop("aws_s3_bucket_logging/Raw"), put("aws_s3_bucket/Raw/tags", {"content": "logs"})),
                "server access logging is not enabled",
            ),
            "bucket is its own target": (
                put("aws_s3_bucket_logging/Raw/target_bucket", "acme-raw"),
                "the bucket is its own log target",
            ),
            "bucket is its own target by reference": (
                put("aws_s3_bucket_logging/Raw/target_bucket", REF),
                "the bucket is its own log target",
            ),
        },
        {
            "by name": lambda d: d.update(BY_NAME),
            "log bucket of another stack": both(drop("aws_s3_bucket/Raw"), drop("aws_s3_bucket_logging/Raw"), LOGS),
        },
    ),
    Case(
        "LK_S3_6",
        BUCKET,
        {
            "no noncurrent expiration": (drop(f"{_LIFE}/noncurrent_version_expiration"), "expires noncurrent"),
            "disabled rule": (put(f"{_LIFE}/status", "Disabled"), "expires noncurrent"),
            "rule for one prefix": (put(f"{_LIFE}/filter", {"prefix": "tmp/"}), "expires noncurrent"),
            "rule for one tag": (put(f"{_LIFE}/filter", {"tag": {"key": "a", "value": "b"}}), "expires noncurrent"),
        },
    ),
    Case(
        "LK_S3_7",
        BUCKET,
        {
            "expiration after days": (put(f"{_LIFE}/expiration", {"days": 400}), "expires current"),
            "expiration on a date": (put(f"{_LIFE}/expiration", {"date": "2030-01-01T00:00:00Z"}), "expires current"),
            "expiration of a prefix": (
                both(put(f"{_LIFE}/expiration", {"days": 1}), put(f"{_LIFE}/filter", {"prefix": "x/"})),
                "expires current",
            ),
            "expiration of more than exports": (
                both(put(f"{_LIFE}/expiration", {"days": 1}), put(f"{_LIFE}/filter", {"prefix": "exp"}), exported()),
                "expires current",
            ),
            "expiration of exports to another bucket": (
                both(
                    put(f"{_LIFE}/expiration", {"days": 1}),
                    put(f"{_LIFE}/filter", {"prefix": "exports/"}),
                    exported("arn:aws:s3:::acme-logs"),
                ),
                "expires current",
            ),
            "archive storage class": (
                put(f"{_LIFE}/transition/0/storage_class", "DEEP_ARCHIVE"),
                "tidy transitions current versions to DEEP_ARCHIVE, which queries cannot read",
            ),
            "archive access tier": (
                put(
                    "resource/aws_s3_bucket_intelligent_tiering_configuration",
                    {"Raw": {"bucket": REF, "tiering": [{"access_tier": "ARCHIVE_ACCESS", "days": 90}]}},
                ),
                "ARCHIVE_ACCESS",
            ),
        },
        {
            "by name": lambda d: d.update(BY_NAME),
            "expiration of files": both(
                put(f"{_LIFE}/expiration", {"days": 90}), put("aws_s3_bucket/Raw/tags", {"content": "files"})
            ),
            "expiration of exports": both(
                put(f"{_LIFE}/expiration", {"days": 1}), put(f"{_LIFE}/filter", {"prefix": "exports/a/"}), exported()
            ),
            "expiration of exports, by name": both(
                put(f"{_LIFE}/expiration", {"days": 1}),
                put(f"{_LIFE}/filter", {"and": {"prefix": "exports/"}}),
                exported("arn:aws:s3:::acme-raw"),
            ),
            "expiration of delete markers": put(f"{_LIFE}/expiration", {"expired_object_delete_marker": True}),
            "disabled rule": both(put(f"{_LIFE}/expiration", {"days": 1}), put(f"{_LIFE}/status", "Disabled")),
        },
    ),
    Case(
        "LK_S3_8",
        BUCKET,
        {
            "force_destroy in prod": (put("aws_s3_bucket/Raw/force_destroy", True), "tier prod"),
            "force_destroy in staging": (
                both(put("aws_s3_bucket/Raw/force_destroy", True), tier("staging")),
                "tier staging",
            ),
        },
        {"force_destroy in dev": both(put("aws_s3_bucket/Raw/force_destroy", True), tier("dev"))},
    ),
    Case(
        "LK_S3_9",
        BUCKET,
        {
            "generated name": (drop("aws_s3_bucket/Raw/bucket"), "no literal name"),
            "bucket_prefix": (
                both(drop("aws_s3_bucket/Raw/bucket"), put("aws_s3_bucket/Raw/bucket_prefix", "acme-")),
                "bucket_prefix acme- generates a random name",
            ),
        },
        {"name with dots": put("aws_s3_bucket/Raw/bucket", "raw.data.acme.example")},
    ),
    Case(
        "LK_S3_10",
        BUCKET,
        {
            "no encryption": (
                drop("aws_s3_bucket_inventory/Raw/destination/bucket/encryption"),
                "inventory reports are not encrypted with SSE-KMS or SSE-S3",
            ),
            "no account id": (drop("aws_s3_bucket_inventory/Raw/destination/bucket/account_id"), "account_id"),
        },
    ),
    Case(
        "LK_S3_11",
        BUCKET,
        {
            "no notification": (drop("aws_s3_bucket_notification/Raw"), "EventBridge notifications are not enabled"),
            "EventBridge disabled": (
                put("aws_s3_bucket_notification/Raw/eventbridge", False),
                "EventBridge notifications are not enabled",
            ),
            "two notification resources": (
                put("aws_s3_bucket_notification/Other", {"bucket": REF, "eventbridge": True}),
                "overwrite each other",
            ),
        },
        {"by name": lambda d: d.update(BY_NAME)},
    ),
    Case(
        "LK_S3_12",
        BUCKET,
        {
            "inline lifecycle rule": (
                put("aws_s3_bucket/Raw/lifecycle_rule", [{"enabled": True, "expiration": {"days": 1}}]),
                "lifecycle_rule",
            ),
            "inline ACL": (put("aws_s3_bucket/Raw/acl", "public-read"), "acl"),
        },
    ),
    # The IAM rules check Allow statements of bucket policies.
    Case(
        "LK_IAM_2",
        BUCKET,
        {
            "all actions for one role": (
                add_statement(
                    _POLICY,
                    Sid="All",
                    Effect="Allow",
                    Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/a"},
                    Action="s3:*",
                    Resource=f"{ARN}/*",
                ),
                "allows s3:*",
            )
        },
    ),
]
