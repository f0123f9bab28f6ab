"""Rules for providers, state, lifecycle settings and tags of synthesized stacks."""

from __future__ import annotations

import copy

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, both, change, drop, plan, put, tier

from lakekit_policies.terraform.plan_gate_variable import (
    DEPENDENCY,
    NAME,
    REQUIRED_VERSION,
    provider_expression,
    variable_block,
)

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
_NAME = "case-case"
_VARIABLE = f"variable/{NAME}"
GUARDED = copy.deepcopy(STACK) | {"variable": {NAME: variable_block(_NAME)}}
GUARDED["terraform"]["required_version"] = REQUIRED_VERSION
GUARDED["provider"]["aws"][0]["max_retries"] = provider_expression(_NAME)
_BUCKET = "aws_s3_bucket/Raw"
_BACKEND = "terraform/backend/s3"
INSIDE = copy.deepcopy(STACK)
INSIDE["terraform"]["backend"]["s3"]["bucket"] = "acme-raw"


def _planned(**tags: str) -> dict[str, object]:
    return plan(change("aws_sns_topic.T", "create", None, {"name": "t", "tags_all": tags}))


CASES = [
    Case(
        "LK_TF_1",
        STACK,
        {
            "bucket without prevent_destroy": (
                drop(f"{_BUCKET}/lifecycle"),
                "aws_s3_bucket.Raw: prevent_destroy is not true: all its objects and versions are lost",
            ),
            "table without prevent_destroy": (
                put("aws_glue_catalog_table/T/lifecycle/prevent_destroy", False),
                "aws_glue_catalog_table.T",
            ),
        },
        {
            "staging": both(drop(f"{_BUCKET}/lifecycle"), tier("staging")),
            "view without prevent_destroy": put(
                "aws_glue_catalog_table/T",
                {"name": "v", "table_type": "VIRTUAL_VIEW", "view_original_text": "/* Presto View: e30= */"},
            ),
        },
    ),
    Case(
        "LK_TF_2",
        STACK,
        {
            "no account ids": (drop(f"{_PROVIDER}/allowed_account_ids"), "allowed_account_ids is not set"),
            "another account": (put(f"{_PROVIDER}/allowed_account_ids", ["999999999999"]), "999999999999"),
            "no provider block": (drop("provider/aws"), "allowed_account_ids is not set"),
            "aliased provider": (
                put("provider/aws", [STACK["provider"]["aws"][0], {"alias": "other", "region": "us-east-1"}]),
                "provider.aws.other",
            ),
        },
    ),
    Case(
        "LK_TF_3",
        STACK,
        {
            "access key": (put(f"{_PROVIDER}/secret_key", "x"), "secret_key"),
            "endpoint": (put(f"{_PROVIDER}/endpoints", [{"s3": "http://127.0.0.1:4577"}]), "endpoints"),
            "configuration file": (put(f"{_PROVIDER}/shared_config_files", ["/srv/config"]), "shared_config_files"),
            "credentials file": (
                put(f"{_PROVIDER}/shared_credentials_files", ["/srv/keys"]),
                "shared_credentials_files",
            ),
            "account check skipped": (
                put(f"{_PROVIDER}/skip_requesting_account_id", True),
                "skip_requesting_account_id",
            ),
        },
        {"settings disabled": put(f"{_PROVIDER}/insecure", False)},
    ),
    Case(
        "LK_TF_4",
        STACK,
        {
            "local backend": (put("terraform/backend", {"local": {"path": "x"}}), "tier prod uses a local backend"),
            "no backend": (drop("terraform/backend"), "tier prod uses a local backend"),
            "HCP Terraform": (
                put("terraform", {"cloud": {"organization": "acme", "workspaces": {"name": "x"}}}),
                "the cloud backend is not evaluated; use s3",
            ),
            "HCP Terraform by its environment variables": (put("terraform", {"cloud": {}}), "the cloud backend"),
            "no encryption": (drop("terraform/backend/s3/encrypt"), "encrypt"),
            "no lock": (put("terraform/backend/s3/use_lockfile", False), "use_lockfile"),
        },
        {"local backend in a sandbox": both(put("terraform/backend", {"local": {"path": "x"}}), tier("sandbox"))},
    ),
    Case(
        "LK_TF_8",
        INSIDE,
        {
            "another bucket": (put(f"{_BACKEND}/bucket", "evil-state"), "bucket evil-state is not known to be inside"),
            "endpoint": (
                put(f"{_BACKEND}/endpoints", {"s3": "https://s3.evil.example"}),
                "endpoints.s3: host s3.evil.example is outside",
            ),
            "endpoint in the old form": (put(f"{_BACKEND}/endpoint", "s3.evil.example"), "s3.evil.example is outside"),
            "assumed role": (
                put(f"{_BACKEND}/assume_role", {"role_arn": "arn:aws:iam::999988887777:role/x"}),
                "assume_role.role_arn: resource arn:aws:iam::999988887777:role/x is outside",
            ),
            "role in the old form": (put(f"{_BACKEND}/role_arn", "arn:aws:iam::999988887777:role/x"), "role_arn: "),
            "key": (put(f"{_BACKEND}/kms_key_id", "arn:aws:kms:eu-west-1:999988887777:key/1"), "kms_key_id: "),
            "proxy": (put(f"{_BACKEND}/https_proxy", "http://10.0.0.5:3128"), "https_proxy is set"),
        },
        {
            "own role and endpoint of AWS": both(
                put(f"{_BACKEND}/assume_role", {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/x"}),
                put(f"{_BACKEND}/endpoints", {"s3": "https://s3.eu-west-1.amazonaws.com"}),
                put(f"{_BACKEND}/allowed_account_ids", [ACCOUNT]),
            ),
            "local backend": put("terraform/backend", {"local": {"path": "x"}}),
            "bucket that is not known in dev": both(put(f"{_BACKEND}/bucket", "state"), tier("dev")),
        },
    ),
    Case(
        "LK_TF_5",
        STACK,
        {
            "ignored policy": (
                put("aws_s3_bucket_policy/Raw/lifecycle", {"ignore_changes": ["policy"]}),
                "ignore_changes contains policy",
            ),
            "all changes ignored": (put(f"{_BUCKET}/lifecycle/ignore_changes", "all"), "ignore_changes is all"),
        },
        {"ignored attribute without protection": put(f"{_BUCKET}/lifecycle/ignore_changes", ["tags"])},
    ),
    Case(
        "LK_TF_6",
        STACK,
        {
            "no upper bound": (put("terraform/required_providers/aws/version", ">= 5.0"), "no upper bound"),
            "no version": (drop("terraform/required_providers/aws/version"), "version is not set"),
            "no namespace": (put("terraform/required_providers/aws/source", "aws"), "no namespace"),
        },
        {"pessimistic constraint": put("terraform/required_providers/aws/version", "~> 6.0")},
    ),
    Case(
        "LK_TF_7",
        GUARDED,
        {
            "no variable": (drop(_VARIABLE), f"tier prod needs the variable {NAME}"),
            "in staging": (both(drop(_VARIABLE), tier("staging")), "tier staging needs"),
            "default that passes": (put(f"{_VARIABLE}/default", _NAME), f"default is '{_NAME}'; expected ''"),
            "no default, which would prompt": (drop(f"{_VARIABLE}/default"), "default is None"),
            "condition that always holds": (
                put(f"{_VARIABLE}/validation/0/condition", f'${{var.{NAME} == "" || true}}'),
                "validation is",
            ),
            "no validation": (put(f"{_VARIABLE}/validation", []), "validation is []"),
            "value of another stack": (put(_VARIABLE, variable_block("prod-other")), "prod-other"),
            "not ephemeral": (put(f"{_VARIABLE}/ephemeral", False), "ephemeral is False"),
            "no Terraform version": (drop("terraform/required_version"), "required_version is not set"),
            **{
                f"older Terraform, {constraint}": (
                    put("terraform/required_version", constraint),
                    f"required_version is {constraint}; {NAME} needs >= 1.10.0",
                )
                for constraint in (">= 1.5", "~> 1.9", "< 2", "!= 1.10.0", "<= 1.12", ">= 1.10.0-beta1", "> 1.9.9")
            },
            "provider without reference": (drop(f"{_PROVIDER}/max_retries"), "provider.aws: max_retries"),
            "aliased provider without reference": (
                lambda d: d["provider"]["aws"].append({"alias": "other", "region": "us-east-1"}),
                "provider.aws.other: max_retries",
            ),
            "Snowflake provider without reference": (
                put("provider/snowflake", [{}]),
                "provider.snowflake: login_timeout",
            ),
            "resource without a provider that refers to it": (
                put("resource/terraform_data", {"T": {"input": "x", "depends_on": ["aws_s3_bucket.Raw"]}}),
                f"terraform_data.T: depends_on does not contain {DEPENDENCY}",
            ),
            "module without reference": (put("module", {"m": {"source": "./m"}}), "module.m: depends_on"),
        },
        {
            "dev": both(drop(_VARIABLE), tier("dev")),
            **{
                f"Terraform {constraint}": put("terraform/required_version", constraint)
                for constraint in (">= 1.10", ">=1.10.0, < 2", "< 2, ~> 1.11", "~> 1.10.0", "1.12.2", "= 1.10", ">= 2")
            },
            "sandbox": both(drop(_VARIABLE), tier("sandbox")),
            "resource with dependency": put(
                "resource/terraform_data", {"T": {"input": "x", "depends_on": [DEPENDENCY]}}
            ),
            "module with dependency": put("module", {"m": {"source": "./m", "depends_on": [DEPENDENCY]}}),
            "resource of an aliased provider": put(
                "aws_s3_bucket/Other", {"bucket": "acme-x", "provider": "aws.other"}
            ),
            "comment of cdktf": lambda d: d["variable"][NAME].update({"//": {"metadata": {"path": "x"}}}),
        },
    ),
    Case(
        "LK_TAG_1",
        STACK,
        {
            "no default tags": (drop(f"{_PROVIDER}/default_tags"), "owner"),
            "no owner": (drop(f"{_PROVIDER}/default_tags/0/tags/owner"), "default_tags has no owner"),
            "every tag ignored": (put(f"{_PROVIDER}/ignore_tags", [{"key_prefixes": [""]}]), "ignore_tags excludes"),
            "owner ignored": (put(f"{_PROVIDER}/ignore_tags", [{"keys": ["owner"]}]), "ignore_tags excludes owner"),
            "no data product": (
                drop(f"{_PROVIDER}/default_tags/0/tags/data-product"),
                "default_tags has no data-product",
            ),
            "no classification": (
                drop(f"{_PROVIDER}/default_tags/0/tags/classification"),
                "default_tags has no classification",
            ),
            "team stack without domain": (lambda d: d.update(domain="sales"), "default_tags has no domain"),
            "empty cost center": (
                put(f"{_PROVIDER}/default_tags/0/tags/cost-center", ""),
                "default_tags has no cost-center",
            ),
        },
    ),
    Case(
        "LK_TAG_2",
        _planned(**TAGS),
        {
            "no owner": (lambda d: d.update(_planned(**{k: v for k, v in TAGS.items() if k != "owner"})), "owner"),
            "team stack without domain": (lambda d: d.update(domain="sales"), "tags domain are missing"),
            "overridden with an empty value": (lambda d: d.update(_planned(**{**TAGS, "stack": ""})), "stack"),
            "no tags": (
                lambda d: d.update(plan(change("aws_sqs_queue.Q", "create", None, {"name": "q", "tags": None}))),
                "owner",
            ),
        },
        {
            "team stack with domain": lambda d: d.update(_planned(**TAGS, domain="sales"), domain="sales"),
            "type without tags": lambda d: d.update(
                plan(change("aws_s3_bucket_policy.P", "create", None, {"bucket": "b", "policy": "{}"}))
            ),
        },
    ),
]
