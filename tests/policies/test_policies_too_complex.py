"""A policy whose analysis would take hours is a finding on its resource; the others are evaluated."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies import wildcards
from lakekit_policies.verdict import Finding
from lakekit_policies.wildcards import effort

DIGITS = "0123456789"
EVALUATE = """
import json, sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from lakekit_policies.gate import worker
from lakekit_policies.gate.options import EvaluationOptions
from lakekit_policies.wildcards import effort
effort.PER_EVALUATION = 5_000
options = EvaluationOptions([], "", date(2026, 1, 1), evidence=False)
verdict = worker.load([]).evaluate_plan(Path(sys.argv[1]), None, options)
print(json.dumps([asdict(one) for one in verdict.findings]))
"""
"""Evaluation in a process of its own, because checkov changes global state."""


def statement(number: int) -> dict[str, Any]:
    """A statement with patterns whose states multiply."""
    return {
        "Sid": f"S{number}",
        "Effect": "Deny" if number % 2 else "Allow",
        "Principal": "*",
        "Action": [f"s3:*G*{one}*" for one in DIGITS],
        "Resource": [f"arn:aws:s3:::*b{number}*/*{one}*?*" for one in DIGITS],
        "Condition": {"StringLike": {"aws:PrincipalArn": [f"*{one}*{number}*a*b*c*" for one in range(20)]}},
    }


def test_one_policy_does_not_end_the_evaluation(tmp_path: Path) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement(number) for number in range(8)]})
    plan = write_plan(
        tmp_path / "plan.json",
        {
            "aws_s3_bucket_policy.complex": {"bucket": "a", "policy": policy},
            "aws_s3_bucket_acl.public": {"bucket": "a", "acl": "public-read"},
        },
    )
    found = {(one.rule_id, one.address) for one in warm_gate().evaluate_plan(plan).findings}
    assert "aws_s3_bucket_acl.public" in {address for _, address in found}
    assert ("LK_IAM_8", "aws_s3_bucket_policy.complex") in found


def test_work_is_limited() -> None:
    patterns = [f"*{one}*{two}*" for one in DIGITS for two in DIGITS]
    with effort.limited(10_000), pytest.raises(wildcards.TooComplexError, match="fewer or simpler wildcards"):
        wildcards.witness(patterns, [])
    with effort.limited(10_000):
        assert wildcards.intersects("*limited*", "within*")


def test_work_of_many_policies_is_limited_together(tmp_path: Path) -> None:
    policies = {
        f"aws_s3_bucket_policy.p{number}": {
            "bucket": "a",
            "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement(number)]}),
        }
        for number in range(30, 42)
    }
    public = {"aws_s3_bucket_acl.public": {"bucket": "a", "acl": "public-read"}}
    plan = write_plan(tmp_path / "plan.json", {**policies, **public})
    run = subprocess.run([sys.executable, "-c", EVALUATE, str(plan)], capture_output=True, text=True, check=True)
    findings = [Finding(**one) for one in json.loads(run.stdout)]
    (exhausted,) = [one for one in findings if effort.EXHAUSTED in one.reason]
    assert exhausted.address == ""
    assert "LK_IAM_8" in exhausted.reason
    assert "and 1 more" in exhausted.reason
    assert "aws_s3_bucket_acl.public" in {one.address for one in findings}


def test_steps_are_counted_for_an_evaluation() -> None:
    with effort.evaluation(1_000), effort.limited(10_000), pytest.raises(effort.BudgetExhaustedError):
        wildcards.witness([f"*{one}*c*{two}*" for one in DIGITS for two in DIGITS], [])
    with effort.evaluation(1_000), effort.limited(10_000):
        assert wildcards.intersects("*of all*", "all*")
