"""Findings on endpoint policies say only what is known."""

from __future__ import annotations

import json
from pathlib import Path

from gate_helpers import warm_gate
from plan_documents import write_plan


def test_a_condition_on_an_unknown_organization_is_not_called_any_principal(tmp_path: Path) -> None:
    organization = {"aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:ResourceOrgID": "o-a1b2c3d4e5"}
    statement = {
        "Sid": "Org",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Resource": "*",
        "Condition": {"StringEquals": organization},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    plan = write_plan(tmp_path / "plan.json", {"aws_vpc_endpoint.e": {"policy": policy}})
    (found,) = (one for one in warm_gate().evaluate_plan(plan).findings if one.rule_id == "LK_VPC_1")
    assert "Org allows principals not known to be inside of the trust boundary" in found.reason
    assert "any" not in found.reason
