"""Providers, state, lifecycle and tags: judged on the synthesized file as a whole."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, both, change, drop, plan, put, tier

__all__ = ["test_passes", "test_rejects"]

TAGS = {
    "data-product": "platform",
    "classification": "internal",
    "organization": "acme",
    "environment": "prod",
    "owner": "data@acme.example",
    "cost-center": "cc-1",
    "stack": "storage",
    "managed-by": "lakekit",
}
STACK = {
    "terraform": {
        "backend": {"s3": {"bucket": "state", "key": "k", "encrypt": True, "use_lockfile": True}},
        "required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100.0, < 7.0.0"}},
    },
    "provider": {"aws": [{"region": "eu-west-1", "allowed_account_ids": [ACCOUNT], "default_tags": [{"tags": TAGS}]}]},
    "resource": {
        "aws_s3_bucket": {"Raw": {"bucket": "acme-raw", "lifecycle": {"prevent_destroy": True}}},
        "aws_s3_bucket_policy": {"Raw": {"bucket": "acme-raw", "policy": "{}"}},
        "aws_glue_catalog_table": {
            "T": {
                "name": "t",
                "database_name": "d",
                "lifecycle": {"prevent_destroy": True, "ignore_changes": ["parameters", "storage_descriptor"]},
            }
        },
    },
}
_PROVIDER = "provider/aws/0"
_BUCKET = "aws_s3_bucket/Raw"


def _planned(**tags: str) -> dict[str, object]:
    return plan(change("aws_sns_topic.T", "create", None, {"name": "t", "tags_all": tags}))


CASES = [
    Case(
        "LK_TF_1",
        STACK,
        {
            "a bucket": (drop(f"{_BUCKET}/lifecycle"), "aws_s3_bucket.Raw: no prevent_destroy"),
            "a table": (put("aws_glue_catalog_table/T/lifecycle/prevent_destroy", False), "aws_glue_catalog_table.T"),
        },
        {"in staging": both(drop(f"{_BUCKET}/lifecycle"), tier("staging"))},
    ),
    Case(
        "LK_TF_2",
        STACK,
        {
            "any account": (drop(f"{_PROVIDER}/allowed_account_ids"), "any account will do"),
            "another account": (put(f"{_PROVIDER}/allowed_account_ids", ["999999999999"]), "999999999999"),
            "no provider block": (drop("provider/aws"), "any account will do"),
            "an aliased one": (
                put("provider/aws", [STACK["provider"]["aws"][0], {"alias": "other", "region": "us-east-1"}]),
                "provider.aws.other",
            ),
        },
    ),
    Case(
        "LK_TF_3",
        STACK,
        {
            "a key": (put(f"{_PROVIDER}/secret_key", "x"), "secret_key"),
            "an endpoint": (put(f"{_PROVIDER}/endpoints", [{"s3": "http://127.0.0.1:4577"}]), "endpoints"),
            "no account check": (put(f"{_PROVIDER}/skip_requesting_account_id", True), "skip_requesting_account_id"),
        },
        {"switched off": put(f"{_PROVIDER}/insecure", False)},
    ),
    Case(
        "LK_TF_4",
        STACK,
        {
            "on a disk": (put("terraform/backend", {"local": {"path": "x"}}), "on the disk"),
            "nowhere said": (drop("terraform/backend"), "on the disk"),
            "in clear": (drop("terraform/backend/s3/encrypt"), "encrypt"),
            "without a lock": (put("terraform/backend/s3/use_lockfile", False), "use_lockfile"),
        },
        {"on a disk in a sandbox": both(put("terraform/backend", {"local": {"path": "x"}}), tier("sandbox"))},
    ),
    Case(
        "LK_TF_5",
        STACK,
        {
            "a policy": (
                put("aws_s3_bucket_policy/Raw/lifecycle", {"ignore_changes": ["policy"]}),
                "changes to policy are ignored",
            ),
            "everything": (put(f"{_BUCKET}/lifecycle/ignore_changes", "all"), "every change is ignored"),
        },
        {"something harmless": put(f"{_BUCKET}/lifecycle/ignore_changes", ["tags"])},
    ),
    Case(
        "LK_TF_6",
        STACK,
        {
            "no end": (put("terraform/required_providers/aws/version", ">= 5.0"), "no upper bound"),
            "no namespace": (put("terraform/required_providers/aws/source", "aws"), "no namespace"),
        },
        {"pessimistic": put("terraform/required_providers/aws/version", "~> 6.0")},
    ),
    Case(
        "LK_TAG_1",
        STACK,
        {
            "none": (drop(f"{_PROVIDER}/default_tags"), "owner"),
            "no owner": (drop(f"{_PROVIDER}/default_tags/0/tags/owner"), "lacks owner"),
            "no data product": (drop(f"{_PROVIDER}/default_tags/0/tags/data-product"), "lacks data-product"),
            "no classification": (drop(f"{_PROVIDER}/default_tags/0/tags/classification"), "lacks classification"),
            "a team's without its domain": (lambda d: d.update(domain="sales"), "lacks domain"),
            "an empty cost centre": (put(f"{_PROVIDER}/default_tags/0/tags/cost-center", ""), "lacks cost-center"),
        },
    ),
    Case(
        "LK_TAG_2",
        _planned(**TAGS),
        {
            "no owner": (lambda d: d.update(_planned(**{k: v for k, v in TAGS.items() if k != "owner"})), "owner"),
            "a team's without its domain": (lambda d: d.update(domain="sales"), "tags domain are missing"),
            "overridden with nothing": (lambda d: d.update(_planned(**{**TAGS, "stack": ""})), "stack"),
            "none at all, so the provider leaves tags_all open": (
                lambda d: d.update(plan(change("aws_sqs_queue.Q", "create", None, {"name": "q", "tags": None}))),
                "owner",
            ),
        },
        {
            "a team's with its domain": lambda d: d.update(_planned(**TAGS, domain="sales"), domain="sales"),
            "takes no tags": lambda d: d.update(
                plan(change("aws_s3_bucket_policy.P", "create", None, {"bucket": "b", "policy": "{}"}))
            ),
        },
    ),
]
