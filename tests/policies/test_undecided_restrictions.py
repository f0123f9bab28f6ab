"""A restriction that only apply shows is neither stated as lost nor taken for kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import metadata, warm_gate
from plan_documents import write_plan

from lakekit_policies.iam.policy_diff import permissions_gained, uncertain

RULE = "LK_PLAN_5"
ADDRESS = "aws_s3_bucket_policy.x"
BUCKET = "arn:aws:s3:::acme-raw/*"
DENIAL: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": BUCKET,
    "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-acme123456"}},
}
ALLOWANCE = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:role/etl"},
    "Action": "s3:GetObject",
    "Resource": BUCKET,
}
UNKNOWN = "${data.aws_organizations_organization.o.id}"


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def of_organization(value: str) -> dict[str, Any]:
    return {**DENIAL, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": value}}}


@pytest.mark.parametrize(
    ("before", "after", "known", "open_"),
    [
        ([DENIAL], [of_organization(UNKNOWN)], 0, 1),
        ([DENIAL], [], 1, 0),
        ([ALLOWANCE], [{**ALLOWANCE, "Resource": "${aws_s3_bucket.x.arn}/*"}], 0, 1),
        ([ALLOWANCE], [ALLOWANCE, {**ALLOWANCE, "Action": "s3:PutObject"}], 1, 0),
        ([ALLOWANCE], [{**ALLOWANCE, "Resource": UNKNOWN}, {**ALLOWANCE, "Action": "s3:PutObject"}], 1, 1),
        # A denial does not change what is allowed; it can only take from it.
        ([ALLOWANCE], [of_organization(UNKNOWN), {**ALLOWANCE, "Resource": "*"}], 1, 0),
        # A policy variable of IAM is a value.
        ([ALLOWANCE], [{**ALLOWANCE, "Resource": "arn:aws:s3:::acme-raw/${aws:username}", "Action": "s3:*"}], 1, 0),
        # A new policy has no statement that one of its own could be.
        ([], [{**ALLOWANCE, "Resource": UNKNOWN}], 1, 0),
    ],
)
def test_lines_that_depend_on_unknown_values(before: list[Any], after: list[Any], known: int, open_: int) -> None:
    had, has = document(*before) if before else None, document(*after)
    lines = permissions_gained(had, has)
    found = uncertain(lines, had, has)
    assert (len(lines) - len(found), len(found)) == (known, open_), (lines, found)


def evaluate(folder: Path, before: dict[str, Any], stack: dict[str, Any]) -> list[str]:
    """Reasons of the rule for a plan that changes the policy of a bucket to one that is known after apply."""
    file = write_plan(
        folder / "plan.json",
        {ADDRESS: {"bucket": "acme-raw"}},
        {ADDRESS: {"policy": {"references": ["data.aws_iam_policy_document.d.json"]}}},
        {ADDRESS: {"policy": True}},
    )
    plan = json.loads(file.read_text())
    (change,) = (one["change"] for one in plan["resource_changes"])
    change |= {"actions": ["update"], "before": {"bucket": "acme-raw", "policy": json.dumps(before)}}
    file.write_text(json.dumps(plan))
    (folder / "cdk.tf.json").write_text(json.dumps({"//": metadata("prod"), **stack}))
    verdict = warm_gate().evaluate_plan(file, stack=folder / "cdk.tf.json")
    return [one.reason for one in verdict.findings if one.rule_id == RULE]


def stack(statement: dict[str, Any]) -> dict[str, Any]:
    policy = {"x": {"bucket": "acme-raw", "policy": "${data.aws_iam_policy_document.d.json}"}}
    return {"resource": {"aws_s3_bucket_policy": policy}, "data": {"aws_iam_policy_document": {"d": statement}}}


WRITTEN = {
    "effect": "Deny",
    "actions": ["s3:*"],
    "resources": [BUCKET],
    "principals": [{"type": "*", "identifiers": ["*"]}],
}


def condition(value: str) -> dict[str, Any]:
    return {"test": "StringNotEquals", "variable": "aws:PrincipalOrgID", "values": [value]}


def test_denial_of_an_unknown_number_is_not_taken_for_kept(tmp_path: Path) -> None:
    content = {**WRITTEN, "condition": [condition("o-acme123456")]}
    dynamic = {"statement": {"for_each": '${uuid() == "" ? [] : [1]}', "content": content}}
    (reason,) = evaluate(tmp_path, document(DENIAL), stack({"dynamic": dynamic}))
    assert "number is not known before apply; its permissions cannot be compared" in reason


def test_denial_with_an_unknown_value_is_not_stated_as_lost(tmp_path: Path) -> None:
    written = stack({"statement": [{**WRITTEN, "condition": [condition("${aws_x.y.value}")]}]})
    (reason,) = evaluate(tmp_path, document(DENIAL), written)
    assert reason.startswith("policy: not known before apply whether - Deny s3:*")


def test_kept_denial_is_kept(tmp_path: Path) -> None:
    written = stack({"statement": [{**WRITTEN, "condition": [condition("o-acme123456")]}]})
    assert evaluate(tmp_path, document(DENIAL), written) == []
