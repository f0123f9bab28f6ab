"""Rules for access to buckets."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, policy, put, resources

__all__ = ["test_passes", "test_rejects"]

_FOUR = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
_DENY_HTTP = {
    "Sid": "Deny",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


CASES = [
    Case(
        "LK_S3_31",
        resources(
            aws_s3_access_point={
                "A": {"bucket": "b", "public_access_block_configuration": [dict.fromkeys(_FOUR, True)]}
            }
        ),
        {
            "a policy may be public": (
                put("aws_s3_access_point/A/public_access_block_configuration/0/block_public_policy", False),
                "block_public_policy is false",
            ),
            "a multi-region access point": (
                put(
                    "resource/aws_s3control_multi_region_access_point",
                    {"M": {"details": [{"public_access_block": [{"restrict_public_buckets": False}]}]}},
                ),
                "restrict_public_buckets is false",
            ),
        },
        {
            "the default": drop("aws_s3_access_point/A/public_access_block_configuration"),
        },
    ),
    Case(
        "LK_S3_32",
        resources(aws_s3_account_public_access_block={"A": dict.fromkeys(_FOUR, True)}),
        {
            "off": (
                put("aws_s3_account_public_access_block/A/block_public_policy", False),
                "block_public_policy is not true",
            ),
            "not set": (
                drop("aws_s3_account_public_access_block/A/ignore_public_acls"),
                "ignore_public_acls is not true",
            ),
        },
    ),
    Case(
        "LK_S3_33",
        resources(aws_s3_bucket_acl={"A": {"bucket": "b", "acl": "private"}}),
        {
            "public": (put("aws_s3_bucket_acl/A/acl", "public-read"), "lets everybody read"),
            "inside the bucket": (
                put("resource/aws_s3_bucket", {"B": {"bucket": "b", "acl": "public-read-write"}}),
                "read and write",
            ),
            "a group": (
                put(
                    "aws_s3_bucket_acl/A",
                    {
                        "bucket": "b",
                        "access_control_policy": [
                            {
                                "grant": [
                                    {
                                        "permission": "READ",
                                        "grantee": [
                                            {"type": "Group", "uri": "http://acs.amazonaws.com/groups/global/AllUsers"}
                                        ],
                                    }
                                ]
                            }
                        ],
                    },
                ),
                "AllUsers",
            ),
        },
        {
            "log delivery": put("aws_s3_bucket_acl/A/acl", "log-delivery-write"),
        },
    ),
    Case(
        "LK_S3_34",
        resources(aws_s3_bucket_policy={"P": {"bucket": "b", "policy": policy(_DENY_HTTP)}}),
        {
            "lockout": (
                put("aws_s3_bucket_policy/P/policy", policy({**_DENY_HTTP, "Condition": {}})),
                "denies every action to everybody",
            ),
            "inside the bucket": (
                put(
                    "resource/aws_s3_bucket", {"B": {"bucket": "b", "policy": policy({**_DENY_HTTP, "Condition": {}})}}
                ),
                "denies every action to everybody",
            ),
        },
        {
            "some actions": put(
                "aws_s3_bucket_policy/P/policy", policy({**_DENY_HTTP, "Condition": {}, "Action": "s3:DeleteBucket"})
            ),
        },
    ),
    Case(
        "LK_S3_35",
        resources(
            aws_s3_bucket={"B": {"bucket": "b"}},
            aws_s3_bucket_versioning={"V": {"bucket": "b", "versioning_configuration": [{"status": "Enabled"}]}},
        ),
        {
            "suspended": (
                put("aws_s3_bucket_versioning/V/versioning_configuration/0/status", "Suspended"),
                "versioning is Suspended",
            ),
            "of another bucket": (put("aws_s3_bucket_versioning/V/bucket", "other"), "the bucket has no versioning"),
            "inside the bucket, off": (
                both(drop("aws_s3_bucket_versioning/V"), put("aws_s3_bucket/B/versioning", [{"enabled": False}])),
                "inside the bucket is not enabled",
            ),
        },
        {
            "inside the bucket": both(
                drop("aws_s3_bucket_versioning/V"), put("aws_s3_bucket/B/versioning", [{"enabled": True}])
            ),
            "by reference": put("aws_s3_bucket_versioning/V/bucket", "${aws_s3_bucket.B.id}"),
        },
    ),
    Case(
        "LK_S3_36",
        resources(aws_s3_bucket={"B": {"bucket": "b"}}, aws_s3_bucket_public_access_block={"P": {"bucket": "b"}}),
        {"none": (drop("aws_s3_bucket_public_access_block/P"), "no public access block")},
        {"by reference": put("aws_s3_bucket_public_access_block/P/bucket", "${aws_s3_bucket.B.bucket}")},
    ),
    Case(
        "LK_S3_37",
        resources(aws_s3_bucket={"B": {"bucket": "b"}}, aws_s3_bucket_lifecycle_configuration={"L": {"bucket": "b"}}),
        {"none": (drop("aws_s3_bucket_lifecycle_configuration/L"), "no lifecycle configuration")},
        {
            "inside the bucket": both(
                drop("aws_s3_bucket_lifecycle_configuration/L"),
                put("aws_s3_bucket/B/lifecycle_rule", [{"enabled": True}]),
            )
        },
    ),
]
