"""Checkov checks that ignore exceptions are patched to report them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, found, resource, warm_gate, write_out

from lakekit_policies.iam.policy_documents import normalize

OPEN = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
LOCKOUT = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*"}
BY_EXCLUSION = {
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "NotPrincipal": {"AWS": "arn:aws:iam::111111111111:root"},
}


def evaluated(tmp_path: Path, kind: str, attribute: str, statement: Any) -> Any:
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    body = resource("s/R", **{attribute: document})
    return warm_gate().evaluate_synth(write_out(tmp_path, dev_storage=configuration({kind: {"R": body}})))


@pytest.mark.parametrize("statement", [OPEN, [OPEN]], ids=["one statement", "a list"])
def test_public_trust_policy_is_rejected_in_either_form(tmp_path: Path, statement: Any) -> None:
    assert found(evaluated(tmp_path, "aws_iam_role", "assume_role_policy", statement), "LK_IAM_8")


def test_statement_without_principal_does_not_hide_others(tmp_path: Path) -> None:
    verdict = evaluated(tmp_path / "both", "aws_s3_bucket_policy", "policy", [BY_EXCLUSION, LOCKOUT])
    assert found(verdict, "CKV_AWS_93")
    assert not found(evaluated(tmp_path / "one", "aws_s3_bucket_policy", "policy", [BY_EXCLUSION]), "CKV_AWS_93")


def test_swallowed_check_error_rejects_the_resource(tmp_path: Path) -> None:
    verdict = evaluated(tmp_path, "aws_s3_bucket_policy", "policy", ["not a statement", LOCKOUT])
    (malformed,) = [finding for finding in verdict.findings if finding.rule_id == "LK_IAM_31"]
    assert malformed.address == "aws_s3_bucket_policy.R"
    assert malformed.reason.endswith("not evaluated by CKV_AWS_93")


def test_documents_are_written_out_without_being_changed() -> None:
    document = {"Statement": OPEN}
    assert normalize(document) == {"Statement": [OPEN]}
    assert document == {"Statement": OPEN}
    assert normalize({"Statement": [BY_EXCLUSION]}) == {"Statement": [{"Principal": {}, **BY_EXCLUSION}]}
    assert normalize({"Statement": "text"}) == {"Statement": "text"}
