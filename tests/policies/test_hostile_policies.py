"""Plans and stacks with policies that let principals in from outside: each is rejected for this reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_helpers import warm_gate

from lakekit_policies import Finding
from lakekit_policies.boundary import TrustBoundary

CASES = Path(__file__).parent / "data" / "access" / "plans"
OWN = TrustBoundary(accounts={"111122223333": "the account"}, stated=True)
RULES = {"LK_IAM_7", "LK_IAM_8", "LK_IAM_25", "LK_VPC_1"}
# The policy names no principal but the own account, or a provider of it: unknown without a boundary.
PLANS = sorted(path.name for path in CASES.glob("*.json") if not path.name.endswith(".tf.json"))
STACKS = sorted(path.name for path in CASES.glob("*.tf.json"))


def found_in_plan(name: str, boundary: TrustBoundary | None) -> list[Finding]:
    verdict = warm_gate().evaluate_plan(CASES / name, boundary=boundary)
    return [finding for finding in verdict.findings if finding.rule_id in RULES]


def test_there_are_cases() -> None:
    assert len(PLANS) >= 20
    assert len(STACKS) >= 5


@pytest.mark.parametrize("name", PLANS)
def test_plan_is_rejected(name: str) -> None:
    assert found_in_plan(name, None)
    assert found_in_plan(name, OWN)


@pytest.mark.parametrize("name", STACKS)
def test_stack_is_rejected(name: str, tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text((CASES / name).read_text(encoding="utf-8"), encoding="utf-8")
    verdict = warm_gate().evaluate_synth(tmp_path)
    assert RULES & {finding.rule_id for finding in verdict.findings}


def test_the_own_account_in_a_key_policy_is_not_reported() -> None:
    (name,) = (one for one in PLANS if one.startswith("kms_key_policy"))
    reasons = [finding.reason for finding in found_in_plan(name, None)]
    assert reasons
    assert not any("statement Admin" in reason for reason in reasons)


@pytest.mark.parametrize("wanted", ["o-acme123456", "o-other12345"])
def test_an_organization_is_inside_if_the_boundary_states_it(wanted: str, tmp_path: Path) -> None:
    (name,) = (one for one in PLANS if one.startswith("glue_catalog_policy"))
    plan = tmp_path / "plan.json"
    plan.write_text((CASES / name).read_text(encoding="utf-8").replace("o-*", "o-acme123456"), encoding="utf-8")
    boundary = TrustBoundary(accounts=OWN.accounts, organizations=(wanted,), stated=True)
    verdict = warm_gate().evaluate_plan(plan, boundary=boundary)
    rejected = "LK_IAM_8" in {finding.rule_id for finding in verdict.findings}
    assert rejected is (wanted != "o-acme123456"), json.dumps([finding.reason for finding in verdict.findings])
