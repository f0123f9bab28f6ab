"""How the pack treats a check of checkov: part of it, replaced by own rules, or left out on purpose."""

from __future__ import annotations

import re
import sys
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from lakekit_policies.engine import checkov_imports

REPLACED: Final = {
    "CKV_AWS_93": {"LK_S3_34"},
    "CKV_AWS_149": {"LK_KMS_4"},
    "CKV_AWS_169": {"LK_IAM_8"},
    "CKV_AWS_258": {"LK_ACT_9"},
    "CKV_AWS_290": {"LK_IAM_2", "LK_IAM_21"},
    "CKV_AWS_338": {"LK_LOG_1"},
    "CKV_AWS_355": {"LK_IAM_2"},
    "CKV_AWS_364": {"LK_LAMBDA_1"},
    "CKV_AWS_379": {"LK_S3_1"},
    "CKV_AWS_387": {"LK_IAM_8"},
    "CKV_AWS_392": {"LK_S3_31"},
    "CKV_AWS_393": {"LK_IAM_8"},
}
"""Own rules that name the same fault, in addition to those that the pack's exclusions name."""

FAULTS: Final = {
    "CKV_AWS_240": ("LK_FIREHOSE_1", r"not enabled"),
    "CKV_AWS_300": ("LK_S3_6", r"multipart"),
}
"""Rules that name several faults: the text of the finding that belongs to the check."""

DELIBERATE: Final = {
    "CKV_AWS_61": "an account of the trust boundary is stated with a reason; its IAM policies are evaluated",
    "CKV_AWS_143": "Object Lock prevents compaction and erasure; versions and retention protect data",
    "CKV_AWS_198": "EC2-Classic was retired; the provider has removed the type",
    "CKV_AWS_285": "input and output of executions can contain data; a level and a destination are required (LK_SFN_1)",
    "CKV_AWS_326": "backtrack exists for Aurora MySQL only; backups are required",
    "CKV_AWS_353": "Performance Insights is monitoring; it protects nothing",
}
"""Faults that are not reported, with the reason."""

INVALID: Final = {
    "aws_lambda_function.failkmsnovars": "a function without variables has nothing to encrypt",
    "aws_lambda_permission.ckv_unittest_pass_source_account": "source_account has 9 digits; Terraform rejects it",
    "aws_s3_bucket_acl.pass2": "READ for AllUsers passes CKV_AWS_375, and fails CKV_AWS_20 of the same suite",
    "aws_secretsmanager_secret_rotation.fail_2": "var.days is not declared; Terraform rejects it",
}
"""Labels that do not describe a valid configuration, or contradict another check of the suite."""

DEVIATIONS: Final = {
    "example_NetworkACLUnrestricted/aws_network_acl_rule.pass": "AWS ignores the ports of a rule for all protocols",
    "example_S3AllowsAnyPrincipal/*.pass": "the principal is not the ARN of an account",
    "example_S3AllowsAnyPrincipal/*.pass_w_condition": "ArnNotEquals in Allow admits everyone else",
    "example_S3AllowsAnyPrincipal/*.pass_w_condition[23]": "the account has 14 digits and cannot be trusted",
    "example_SNSCrossAccountAccess/*.pass2": "the condition repeats the principal, the other account of fail1",
    "example_SNSTopicPolicyAnyPrincipal/*.sns_pass_condition": "the condition admits an account that fail1 calls other",
    "example_S3AllowsAnyPrincipal/*.pass_w_condition6": "aws:userid names no account; whose role it is, is not known",
}
"""Passing labels, by example and address, that the gate reports on purpose, with the reason."""


@cache
def _excluded() -> dict[str, str]:
    if "checkov.terraform" not in sys.modules:
        checkov_imports.prepare()
    from lakekit_policies.pack.load import load_pack  # noqa: PLC0415  # needs the prepared imports

    return load_pack().excluded


def equivalent_rules(check: str) -> frozenset[str]:
    """The check itself and the rules that replace it."""
    named = re.findall(r"\b(?:LK_[A-Z0-9]+_\d+|CKV2?_AWS_\d+)\b", _excluded().get(check, ""))
    return frozenset({check, *named, *REPLACED.get(check, ())})


def describes(check: str, rule_id: str, reason: str) -> bool:
    """Whether a finding of an equivalent rule names the fault of the check."""
    rule, text = FAULTS.get(check, ("", ""))
    return rule != rule_id or re.search(text, reason) is not None


def deviates(example: str, address: str) -> bool:
    """Whether a passing resource is reported on purpose."""
    return any(fnmatchcase(f"{example}/{address}", one) for one in DEVIATIONS)


def is_deliberate(check: str) -> bool:
    """Whether a fault that is not named is left out on purpose."""
    return check in DELIBERATE or (check in _excluded() and equivalent_rules(check) == {check})
