"""Checks of checkov that would swallow their own errors and pass: what they see, and what they cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_support import configuration, could_not_judge, found, resource, warm_gate, write_out

from lakekit_policies.documents import in_full

OPEN = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}
LOCKOUT = {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": "*"}
BY_EXCLUSION = {
    "Effect": "Deny",
    "Action": "s3:*",
    "Resource": "*",
    "NotPrincipal": {"AWS": "arn:aws:iam::111111111111:root"},
}


def judged(tmp_path: Path, kind: str, attribute: str, statement: Any) -> Any:
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    body = resource("s/R", **{attribute: document})
    return warm_gate().judge_synth(write_out(tmp_path, dev_storage=configuration({kind: {"R": body}})))


@pytest.mark.parametrize("statement", [OPEN, [OPEN]], ids=["one statement", "a list"])
def test_a_trust_open_to_everyone_is_refused_in_either_form(tmp_path: Path, statement: Any) -> None:
    assert found(judged(tmp_path, "aws_iam_role", "assume_role_policy", statement), "CKV_AWS_60")


def test_a_statement_without_principal_hides_none_of_the_others(tmp_path: Path) -> None:
    verdict = judged(tmp_path / "both", "aws_s3_bucket_policy", "policy", [BY_EXCLUSION, LOCKOUT])
    assert found(verdict, "CKV_AWS_93")
    assert not found(judged(tmp_path / "one", "aws_s3_bucket_policy", "policy", [BY_EXCLUSION]), "CKV_AWS_93")


def test_a_check_that_would_hide_its_error_says_that_it_could_not_judge(tmp_path: Path) -> None:
    with could_not_judge("rule_crashed", "CKV_AWS_60"):
        judged(tmp_path, "aws_iam_role", "assume_role_policy", [{"Effect": "Allow", "Action": "sts:AssumeRole"}, OPEN])


def test_documents_are_written_out_without_being_changed() -> None:
    document = {"Statement": OPEN}
    assert in_full(document) == {"Statement": [OPEN]}
    assert document == {"Statement": OPEN}
    assert in_full({"Statement": [BY_EXCLUSION]}) == {"Statement": [{"Principal": {}, **BY_EXCLUSION}]}
    assert in_full({"Statement": "text"}) == {"Statement": "text"}
