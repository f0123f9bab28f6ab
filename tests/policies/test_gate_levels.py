"""Levels of findings by tier and `fail_on`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, could_not_evaluate, metadata, resource, warm_gate, write_out

from lakekit_policies import Verdict
from lakekit_policies.gate.levels import DEFAULTS, level_of
from lakekit_policies.terraform.stack_metadata import TIERS

# No description: LK_GOV_1 is of severity low, CKV_AWS_66 (no retention) of severity medium.
RESOURCES: dict[str, Any] = {
    "aws_ssm_parameter": {"P": resource("dev-storage/P", name="p", type="String", value="on")},
    "aws_cloudwatch_log_group": {"L": resource("dev-storage/L", name="l", kms_key_id="arn:aws:kms:eu-west-1:1:key/a")},
}


def evaluate(folder: Path, tier: str, stated: str = "", **options: Any) -> Verdict:
    document = configuration(RESOURCES, tier=tier)
    if stated:
        document["//"] = metadata(tier)
        document["//"]["metadata"]["lakekit"]["fail_on"] = stated
    return warm_gate().evaluate_synth(write_out(folder, dev_storage=document), **options)


def levels(verdict: Verdict) -> dict[str, str]:
    return {one.rule_id: one.level for one in [*verdict.findings, *verdict.warnings]}


@pytest.mark.parametrize(
    ("tier", "low", "medium"),
    [
        ("sandbox", "advisory", "advisory"),
        ("dev", "advisory", "mandatory"),
        ("staging", "mandatory", "mandatory"),
        ("prod", "mandatory", "mandatory"),
    ],
)
def test_levels_by_tier(tmp_path: Path, tier: str, low: str, medium: str) -> None:
    verdict = evaluate(tmp_path, tier)
    found = levels(verdict)
    assert (found["LK_GOV_1"], found["CKV_AWS_66"]) == (low, medium)
    rejected = {one.rule_id for one in verdict.findings}
    assert ("LK_GOV_1" in rejected, "CKV_AWS_66" in rejected) == (low == "mandatory", medium == "mandatory")
    assert verdict.fail_on == DEFAULTS[tier]


def test_setting_of_the_environment_and_option(tmp_path: Path) -> None:
    assert "LK_GOV_1" in {one.rule_id for one in evaluate(tmp_path / "a", "dev", "low").findings}
    assert "CKV_AWS_66" in {one.rule_id for one in evaluate(tmp_path / "b", "prod", "high").warnings}
    strict = evaluate(tmp_path / "c", "prod", "high", fail_on="low")
    assert "LK_GOV_1" in {one.rule_id for one in strict.findings}
    assert strict.fail_on == "low"


def test_unknown_severity_is_an_error(tmp_path: Path) -> None:
    with could_not_evaluate("fail_on", "critical", "low, medium, high"):
        evaluate(tmp_path, "dev", fail_on="critical")


@pytest.mark.parametrize("tier", TIERS)
def test_high_and_critical_always_reject(tier: str) -> None:
    assert level_of("high", DEFAULTS[tier]) == "mandatory"
    assert level_of("critical", DEFAULTS[tier]) == "critical"
