"""Buckets that identity policies write to, in plans without a stated boundary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import policy, warm_gate
from plan_documents import write_plan


@pytest.mark.parametrize(
    ("action", "arn", "expected"),
    [
        (
            "s3:PutObject",
            "arn:aws:s3:::collector/*",
            "allows s3:putobject on bucket collector, whose owner is not known",
        ),
        ("s3:ReplicateObject", "arn:aws:s3:::*-drop/*", "bucket *-drop"),
        (["sqs:SendMessage", "s3:GetObject"], "arn:aws:s3:::collector/*", ""),
        ("s3:PutObject", "arn:aws:s3:::acme-lake/*", ""),
        ("s3:PutObject", "arn:aws:s3:::acme-*/x", ""),
    ],
)
def test_a_bucket_whose_owner_is_not_known_is_reported(tmp_path: Path, action: object, arn: str, expected: str) -> None:
    document = json.dumps(policy(action, arn))
    path = write_plan(
        tmp_path / "plan.json",
        {"aws_iam_policy.P": {"name": "p", "policy": document}, "aws_s3_bucket.B": {"bucket": "acme-lake"}},
    )
    found = [one.reason for one in warm_gate().evaluate_plan(path).findings if one.rule_id == "LK_DEST_12"]
    assert [expected in one for one in found] == [True] * bool(expected)
