"""Rules for lifecycle rules that delete, and for CORS."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Document, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

_RULES = "aws_s3_bucket_lifecycle_configuration/L/rule"


def lifecycle(**rule: object) -> list[Document]:
    return [{"id": "expire", "status": "Enabled", "filter": [{}], **rule}]


def expire(days: int, **rule: object) -> list[Document]:
    return lifecycle(expiration=[{"days": days}], **rule)


def planned(content: str) -> object:
    return both(
        put("resource/aws_s3_bucket", {"B": {"bucket": "acme-lake", "tags": {"content": content}}}),
        put("aws_s3_bucket_lifecycle_configuration/L/bucket", "${aws_s3_bucket.B.id}"),
    )


CASES = [
    Case(
        "LK_S3_38",
        resources(aws_s3_bucket_lifecycle_configuration={"L": {"bucket": "acme-lake", "rule": expire(90)}}),
        {
            "a day": (put(_RULES, expire(1)), "deletes objects after 1 days, below 90"),
            "an empty prefix": (put(_RULES, expire(2, filter=[{"prefix": ""}])), "below 90"),
            "every size": (put(_RULES, expire(2, filter=[{"object_size_greater_than": 0}])), "below 90"),
            "a prefix": (put(_RULES, expire(2, filter=[{"prefix": "data/"}])), "after 2 days, below 30"),
            "a tag": (put(_RULES, expire(2, filter=[{"tag": [{"key": "a", "value": "b"}]}])), "after 2 days, below 30"),
            "with a transition": (
                put(_RULES, expire(2, transition=[{"days": 1, "storage_class": "GLACIER"}])),
                "below",
            ),
            "a date": (put(_RULES, lifecycle(expiration=[{"date": "2026-01-01T00:00:00Z"}])), "on 2026-01-01"),
            "the second rule": (put(_RULES, [*expire(400), *expire(1)]), "after 1 days"),
            "noncurrent versions": (
                put(_RULES, lifecycle(noncurrent_version_expiration=[{"noncurrent_days": 1}])),
                "noncurrent versions after 1 days, below 30",
            ),
            "in staging": (both(put(_RULES, expire(8)), tier("staging")), "after 8 days, below 30"),
            "files of the plan": (both(planned("files"), put(_RULES, expire(3))), "after 3 days, below 30"),
            "only tagged as logs": (both(planned("logs"), put(_RULES, expire(3))), "after 3 days, below 90"),
        },
        {
            "temporary data": put(_RULES, expire(3, filter=[{"prefix": "spark/tmp/"}])),
            "disabled": put(_RULES, expire(1, status="Disabled")),
            "versions that are kept": put(
                _RULES,
                lifecycle(noncurrent_version_expiration=[{"noncurrent_days": 1, "newer_noncurrent_versions": 3}]),
            ),
            "in dev": both(put(_RULES, expire(1)), tier("dev")),
            "a landing zone": both(planned("files"), put(_RULES, expire(30))),
            "scratch": both(planned("scratch"), put(_RULES, expire(1))),
        },
    ),
    Case(
        "LK_S3_39",
        resources(
            aws_s3_bucket_cors_configuration={
                "C": {"cors_rule": [{"allowed_methods": ["GET"], "allowed_origins": ["https://app.acme.example"]}]}
            }
        ),
        {
            "any origin": (
                put(
                    "aws_s3_bucket_cors_configuration/C/cors_rule/0",
                    {"allowed_methods": ["PUT"], "allowed_origins": ["*"]},
                ),
                "pages of any origin (*) can write and read objects",
            ),
            "any origin with https": (
                put("aws_s3_bucket_cors_configuration/C/cors_rule/0/allowed_origins", ["https://*"]),
                "any origin (https://*) can read",
            ),
            "clear text": (
                put("aws_s3_bucket_cors_configuration/C/cors_rule/0/allowed_origins", ["http://app.acme.example"]),
                "is not encrypted",
            ),
            "inside the bucket": (
                put(
                    "resource/aws_s3_bucket",
                    {"B": {"cors_rule": [{"allowed_methods": ["DELETE"], "allowed_origins": ["*"]}]}},
                ),
                "can write and read",
            ),
        },
        {
            "local development": put(
                "aws_s3_bucket_cors_configuration/C/cors_rule/0/allowed_origins", ["http://localhost:3000"]
            ),
            "no rule": drop("aws_s3_bucket_cors_configuration/C/cors_rule"),
        },
    ),
]
