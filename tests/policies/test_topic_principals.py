"""A topic is open to other accounts only if its policy admits a principal outside of the trust boundary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import warm_gate
from plan_documents import write_plan

from lakekit_policies.boundary import TrustBoundary

OWN, FOREIGN = "111122223333", "999988887777"
BOUNDARY = TrustBoundary(accounts={OWN: "lake"}, stated=True)
PRINCIPALS = ("arn:aws:iam::{}:role/bob", "arn:aws:iam::{}:root", "{}")
OPEN = {"LK_IAM_8", "CKV_AWS_385"}


def reported(principal: str, tmp_path: Path) -> set[str]:
    topic = f"arn:aws:sns:eu-west-1:{OWN}:orders"
    statement: dict[str, Any] = {
        **{"Sid": "Readers", "Effect": "Allow", "Action": ["sns:Subscribe", "sns:Publish"], "Resource": topic},
        "Principal": {"AWS": principal},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    plan = write_plan(tmp_path / "plan.json", {"aws_sns_topic_policy.p": {"arn": topic, "policy": document}})
    return OPEN & {finding.rule_id for finding in warm_gate().evaluate_plan(plan, boundary=BOUNDARY).findings}


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_principals_of_the_own_account_pass(principal: str, tmp_path: Path) -> None:
    assert reported(principal.format(OWN), tmp_path) == set()


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_principals_of_another_account_are_reported(principal: str, tmp_path: Path) -> None:
    assert reported(principal.format(FOREIGN), tmp_path) == {"LK_IAM_8"}
