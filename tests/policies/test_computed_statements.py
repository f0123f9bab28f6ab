"""Statements of a policy that a function computes from references are not known before they are applied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import found, warm_gate
from plan_documents import write_plan

from lakekit_policies.terraform.hcl_expressions import interpolations

OPEN = '{Effect = "Allow", Principal = {AWS = "*"}, Action = "sqs:*", Resource = "${aws_sqs_queue.q.arn}/*"}'
STATEMENTS = (
    f"concat([], [{OPEN}])",
    f"flatten([[{OPEN}]])",
    f"[merge({OPEN}, {{}})]",
    f"[for one in [{OPEN}] : one]",
    "[" + OPEN.replace('"Allow"', 'title("allow")') + "]",
)


@pytest.mark.parametrize("statements", STATEMENTS)
def test_computed_statements_are_not_called_clean(tmp_path: Path, statements: str) -> None:
    policy = f'${{jsonencode({{Version = "2012-10-17", Statement = {statements}}})}}'
    values: dict[str, Any] = {"aws_sqs_queue.q": {"name": "q"}, "aws_sqs_queue_policy.x": {"queue_url": "q"}}
    plan = write_plan(
        tmp_path / "plan.json",
        values,
        {"aws_sqs_queue_policy.x": {"policy": {"references": ["aws_sqs_queue.q.arn", "aws_sqs_queue.q"]}}},
        {"aws_sqs_queue_policy.x": {"policy": True}},
    )
    stack = tmp_path / "cdk.tf.json"
    metadata = {"metadata": {"lakekit": {"tier": "prod", "account_id": "111111111111"}}}
    resources = {
        "aws_sqs_queue": {"q": {"name": "q"}},
        "aws_sqs_queue_policy": {"x": {"queue_url": "q", "policy": policy}},
    }
    stack.write_text(json.dumps({"//": metadata, "resource": resources}))
    verdict = warm_gate().evaluate_plan(plan, stack=stack)
    assert found(verdict, "LK_IAM_8") == ["aws_sqs_queue_policy.x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a${x}b${y}", ["x", "y"]),
        ('${concat([], [{a = "${x.y}/*"}])}', ['concat([], [{a = "${x.y}/*"}])']),
        ('-${f("}")}-', ['f("}")']),
        ("$${x} ${y}", ["y"]),
        ("${x", ["x"]),
        ("none", []),
    ],
)
def test_interpolations_contain_their_templates(text: str, expected: list[str]) -> None:
    assert interpolations(text) == expected
