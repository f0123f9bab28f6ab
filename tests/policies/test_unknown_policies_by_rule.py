"""Rules on policies of one sort report an unknown document of that sort only."""

from __future__ import annotations

from pathlib import Path

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

RULES = {"LK_IAM_33", "LK_IAM_34"}


@pytest.mark.parametrize(
    ("kind", "attribute", "expected"),
    [
        ("aws_s3_bucket_policy", "policy", set()),
        ("aws_iam_role", "assume_role_policy", {"LK_IAM_33"}),
        ("aws_organizations_policy", "content", {"LK_IAM_34"}),
    ],
)
def test_unknown_document(tmp_path: Path, kind: str, attribute: str, expected: set[str]) -> None:
    path = write_plan(
        tmp_path / "plan.json",
        {f"{kind}.x": {}},
        expressions={f"{kind}.x": {attribute: {"references": ["data.external.x.result"]}}},
        unknown={f"{kind}.x": {attribute: True}},
    )
    assert {one.rule_id for one in warm_gate().evaluate_plan(path).findings} & RULES == expected
