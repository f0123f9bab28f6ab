"""A policy for everyone is judged by what its conditions admit, and so is a permission of a function."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies.boundary import TrustBoundary

OWN, FOREIGN = "o-a1b2c3d4e5", "o-z9y8x7w6v5"
BOUNDARY = TrustBoundary(accounts={"333333333333": "lake"}, organizations=(OWN,), stated=True)
FUNCTION = "aws_lambda_permission"
BUCKET = "aws_s3_bucket_policy"


def policy(condition: Any = None, *more: dict[str, Any]) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-raw/*"}
    statements = [{**allow, "Condition": condition} if condition else allow, *more]
    return {"bucket": "acme-raw", "policy": json.dumps({"Version": "2012-10-17", "Statement": statements})}


def paths(organization: str, operator: str = "ForAnyValue:StringLike") -> dict[str, Any]:
    return {operator: {"aws:PrincipalOrgPaths": f"{organization}/r-ab12/*"}}


def denied(organization: str) -> dict[str, Any]:
    return {
        **{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::acme-raw/*"},
        "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": organization}},
    }


def permission(**settings: str) -> dict[str, Any]:
    return {"action": "lambda:InvokeFunction", "function_name": "f", "principal": "*", **settings}


PRESENT = {"Null": {"aws:PrincipalOrgPaths": "false"}}
ALL = "ForAllValues:StringLike"
INSIDE = {
    f"{BUCKET}.paths": policy(paths(OWN)),
    f"{BUCKET}.all_paths_present": policy({**paths(OWN, ALL), **PRESENT}),
    f"{BUCKET}.others_denied": policy(None, denied(OWN)),
    f"{BUCKET}.organization": policy({"StringEquals": {"aws:PrincipalOrgID": OWN}}),
    f"{FUNCTION}.organization": permission(principal_org_id=OWN),
}
OUTSIDE = {
    f"{BUCKET}.everyone": policy(),
    f"{BUCKET}.foreign_paths": policy(paths(FOREIGN)),
    f"{BUCKET}.foreign_organization": policy({"StringEquals": {"aws:PrincipalOrgID": FOREIGN}}),
    f"{BUCKET}.any_organization": policy({"StringLike": {"aws:PrincipalOrgID": "o-*"}}),
    f"{BUCKET}.all_paths": policy(paths(OWN, ALL)),
    f"{BUCKET}.foreign_others_denied": policy(None, denied(FOREIGN)),
    f"{BUCKET}.not_roles": policy({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::333333333333:role/x"}}),
    f"{BUCKET}.agent": policy({"StringLike": {"aws:UserAgent": "x"}}),
    f"{BUCKET}.second_statement": policy(paths(OWN), json.loads(policy()["policy"])["Statement"][0]),
    f"{FUNCTION}.everyone": permission(),
    f"{FUNCTION}.foreign_organization": permission(principal_org_id=FOREIGN),
}
RULES = {"LK_IAM_8", "LK_LAMBDA_1", "LK_DEST_4"}


@cache
def severities() -> dict[str, set[str]]:
    """Severities of findings on access by address, with those of checkov."""
    with TemporaryDirectory() as folder:
        plan = write_plan(Path(folder) / "plan.json", {**INSIDE, **OUTSIDE})
        findings = warm_gate().evaluate_plan(plan, boundary=BOUNDARY).findings
    return {
        address: {one.severity for one in findings if one.address == address and one.rule_id in RULES}
        | {one.rule_id for one in findings if one.address == address and one.rule_id.startswith("CKV")}
        for address in (*INSIDE, *OUTSIDE)
    }


@pytest.mark.parametrize("address", INSIDE)
def test_access_for_the_own_organization_is_accepted(address: str) -> None:
    assert severities()[address] == set()


@pytest.mark.parametrize("address", OUTSIDE)
def test_access_from_outside_is_critical(address: str) -> None:
    assert "critical" in severities()[address]
