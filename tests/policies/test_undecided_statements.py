"""A policy document whose effect, actions, operators or kinds of principals are not decided has no known statements."""

from __future__ import annotations

from typing import Any

import pytest

from lakekit_policies.terraform.iam_policy_documents import render

STATEMENT: dict[str, Any] = {
    "effect": "Allow",
    "actions": ["s3:GetObject"],
    "resources": ["${aws_s3_bucket.b.arn}/*"],
    "principals": [{"type": "AWS", "identifiers": ["${aws_iam_role.r.arn}"]}],
    "condition": [{"test": "StringEquals", "variable": "aws:PrincipalOrgID", "values": ["${var.org}"]}],
}
OPEN = '${title("allow")}'


def rendered(**changed: Any) -> str | None:
    return render({"statement": [STATEMENT, {**STATEMENT, **changed}]}, lambda _reference: None)


@pytest.mark.parametrize(
    "changed",
    [
        {"effect": OPEN},
        {"effect": "%{ if true }Allow%{ endif }"},
        {"actions": ["s3:PutObject", OPEN]},
        {"actions": [], "not_actions": [OPEN]},
        {"principals": [{"type": OPEN, "identifiers": ["*"]}]},
        {"condition": [{"test": OPEN, "variable": "aws:PrincipalOrgID", "values": ["o-1"]}]},
        {"condition": [{"test": "StringEquals", "variable": OPEN, "values": ["o-1"]}]},
    ],
)
def test_statement_with_an_open_meaning_is_not_known(changed: dict[str, Any]) -> None:
    assert rendered(**changed) is None


def test_references_to_resources_are_no_open_meaning() -> None:
    assert rendered() is not None
