"""Acknowledgements apply to one rejected plan, once, within 24 hours."""

from __future__ import annotations

import copy
import json
import os
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import DATA, could_not_evaluate, warm_gate

from lakekit_policies import Finding, Verdict
from lakekit_policies.records.acknowledgements import (
    AcknowledgementError,
    AcknowledgementLedger,
    digest,
)
from lakekit_policies.records.rejected_plans import load_rejected, save_rejected
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_metadata import StackMetadata

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGEST = "0123456789abcdef"
FINDING = Finding(
    "LK_PLAN_1", "No plan deletes", "critical", "prod-lake", "aws_s3_bucket.Old", "", "is deleted", "Keep it."
)
REJECTED_FOLDER = Verdict("plan", [FINDING], 1, 1, ["prod-lake"], 0.1, plan_digest=DIGEST)
WHY = "The bucket was emptied and is retired"


@pytest.fixture
def ledger(tmp_path: Path) -> AcknowledgementLedger:
    return AcknowledgementLedger(tmp_path / ".lakekit" / "acknowledgements.jsonl")


def acknowledge_plan(
    ledger: AcknowledgementLedger, verdict: Verdict = REJECTED_FOLDER, typed: str = DIGEST, reason: str = WHY
) -> None:
    ledger.acknowledge(verdict, typed, who="jane", reason=reason, now=NOW)


def test_acknowledged_plan_passes_and_stays_in_the_report(ledger: AcknowledgementLedger) -> None:
    assert ledger.apply(REJECTED_FOLDER, NOW) == REJECTED_FOLDER
    acknowledge_plan(ledger, typed=DIGEST.upper())
    apply = ledger.apply(REJECTED_FOLDER, NOW + timedelta(hours=1))
    assert apply.clean
    assert apply.acknowledged == [FINDING]
    assert "jane" in apply.acknowledged_by
    assert WHY in apply.acknowledged_by
    assert Verdict.from_dict(json.loads(apply.to_json())) == apply


def test_files_are_private_whatever_the_umask(ledger: AcknowledgementLedger, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        acknowledge_plan(ledger)
        rejected = save_rejected(tmp_path / "rejected", REJECTED_FOLDER)
    finally:
        os.umask(before)
    for file in (ledger.file, rejected):
        assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)


@pytest.mark.parametrize(
    ("verdict", "typed", "reason", "words"),
    [
        (REJECTED_FOLDER, "ffff", WHY, "not this plan's digest"),
        (REJECTED_FOLDER, "", WHY, "not this plan's digest"),
        (replace(REJECTED_FOLDER, findings=[]), DIGEST, WHY, "the plan was not rejected"),
        (replace(REJECTED_FOLDER, stage="synth", plan_digest=""), "", WHY, "only a plan"),
        (replace(REJECTED_FOLDER, stage="synth"), DIGEST, WHY, "only a plan"),
        (replace(REJECTED_FOLDER, plan_digest=""), "", WHY, "only a plan"),
        (replace(REJECTED_FOLDER, findings=[FINDING, replace(FINDING, rule_id="LK_S3_1")]), DIGEST, WHY, "LK_S3_1"),
        (REJECTED_FOLDER, DIGEST, "ok", "the reason is too short"),
        (REJECTED_FOLDER, DIGEST, "aaaaaaaaaaaaaaaaaaaaaa", "the reason is too short"),
        (REJECTED_FOLDER, DIGEST, "emptied and-therefore-retired", "the reason is too short"),
        (REJECTED_FOLDER, DIGEST, "it is so", "the reason is too short"),
    ],
)
def test_invalid_acknowledgement_is_rejected(
    ledger: AcknowledgementLedger, verdict: Verdict, typed: str, reason: str, words: str
) -> None:
    with pytest.raises(AcknowledgementError, match=words):
        acknowledge_plan(ledger, verdict, typed, reason)
    assert not ledger.file.exists()


@pytest.mark.parametrize(
    "verdict",
    [
        replace(REJECTED_FOLDER, plan_digest="f" * 16),
        replace(REJECTED_FOLDER, findings=[FINDING, replace(FINDING, address="aws_s3_bucket.Other")]),
        replace(REJECTED_FOLDER, findings=[replace(FINDING, reason="is replaced")]),
        replace(REJECTED_FOLDER, findings=[replace(FINDING, rule_id="LK_PLAN_2")]),
        replace(REJECTED_FOLDER, findings=[]),
    ],
    ids=["another plan", "more than was shown", "other than was shown", "another rule", "nothing"],
)
def test_acknowledgement_covers_nothing_else(ledger: AcknowledgementLedger, verdict: Verdict) -> None:
    acknowledge_plan(ledger)
    assert ledger.apply(verdict, NOW) == verdict


def test_acknowledgement_lasts_24_hours_and_one_apply(ledger: AcknowledgementLedger) -> None:
    acknowledge_plan(ledger)
    assert ledger.apply(REJECTED_FOLDER, NOW + timedelta(hours=23, minutes=59)).clean
    assert not ledger.apply(REJECTED_FOLDER, NOW + timedelta(hours=24, seconds=1)).clean
    assert not ledger.apply(REJECTED_FOLDER, NOW - timedelta(seconds=1)).clean
    ledger.consume(ledger.apply(REJECTED_FOLDER, NOW), NOW)
    assert not ledger.apply(REJECTED_FOLDER, NOW).clean
    ledger.acknowledge(REJECTED_FOLDER, DIGEST, who="joe", reason=WHY, now=NOW + timedelta(minutes=1))
    assert ledger.apply(REJECTED_FOLDER, NOW + timedelta(minutes=2)).clean, (
        "another apply needs another acknowledgement"
    )


def test_clean_plan_consumes_nothing(ledger: AcknowledgementLedger) -> None:
    ledger.consume(replace(REJECTED_FOLDER, findings=[]), NOW)
    assert not ledger.file.exists()


@pytest.mark.parametrize("line", ["x", "{}", '{"acknowledged": {"digest": "a"}}', "[]"])
def test_unreadable_acknowledgements_are_an_error(ledger: AcknowledgementLedger, line: str) -> None:
    acknowledge_plan(ledger)
    with ledger.file.open("a") as stream:
        stream.write(line + "\n")
    with could_not_evaluate("acknowledgements", ":2"):
        ledger.apply(REJECTED_FOLDER, NOW)


def test_acknowledgements_that_are_no_text_are_named(ledger: AcknowledgementLedger) -> None:
    acknowledge_plan(ledger)
    ledger.file.write_bytes(b"\xff")
    with could_not_evaluate("acknowledgements", "acknowledgements.jsonl: not UTF-8 text"):
        ledger.apply(REJECTED_FOLDER, NOW)


def test_rejected_plans_are_found_by_digest(tmp_path: Path) -> None:
    save_rejected(tmp_path, REJECTED_FOLDER)
    assert load_rejected(tmp_path, f" {DIGEST.upper()} ") == REJECTED_FOLDER
    for typed in ("f" * 16, "../x", "", "."):
        with pytest.raises(AcknowledgementError, match="no plan with digest"):
            load_rejected(tmp_path, typed)
    (tmp_path / "inside").mkdir()
    with pytest.raises(AcknowledgementError, match="no plan with digest"):
        load_rejected(tmp_path / "inside", f"../{DIGEST}")
    (tmp_path / f"{DIGEST}.json").write_text("{}")
    with pytest.raises(AcknowledgementError, match=DIGEST):
        load_rejected(tmp_path, DIGEST)


def _plan() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "plan_create.json").read_text())
    return found


def test_digest_depends_on_changes_only() -> None:
    """The digest is the same for an identical plan, and differs by value, address, account and stack."""
    context, plan = StackMetadata(environment="prod", account_id="1"), _plan()
    first = digest(PlanFile(plan), "lake", context)
    again = copy.deepcopy(plan)
    again["timestamp"] = "2030-01-01T00:00:00Z"
    again["resource_changes"].reverse()
    untouched = {**again["resource_changes"][0], "address": "aws_x.y"}
    again["resource_changes"].append({**untouched, "change": {**untouched["change"], "actions": ["no-op"]}})
    assert digest(PlanFile(again), "lake", context) == first
    assert digest(PlanFile(plan), "other", context) != first
    for place in ({"account_id": "2"}, {"organization": "o"}, {"environment": "dev"}, {"region": "eu-west-2"}):
        assert digest(PlanFile(plan), "lake", replace(context, **place)) != first, place
    for name, value in (
        ("after", {"bucket": "b"}),
        ("before", {"bucket": "b"}),
        ("after_unknown", {"bucket": True}),
        ("replace_paths", [["bucket"]]),
        ("importing", {"id": "b"}),
        ("actions", ["delete"]),
    ):
        other = copy.deepcopy(plan)
        other["resource_changes"][0]["change"][name] = value
        assert digest(PlanFile(other), "lake", context) != first, name
    for name in ("address", "previous_address", "deposed"):
        other = copy.deepcopy(plan)
        other["resource_changes"][0][name] = "aws_x.other"
        assert digest(PlanFile(other), "lake", context) != first, name


def test_gate_applies_acknowledgements(tmp_path: Path, ledger: AcknowledgementLedger) -> None:
    """Plan that deletes a bucket and is clean otherwise."""
    plan = _plan()
    bucket = next(entry for entry in plan["resource_changes"] if entry["type"] == "aws_s3_bucket")
    plan["planned_values"], plan["configuration"] = {"root_module": {}}, {}
    bucket["change"] = {"actions": ["delete"], "before": bucket["change"]["after"], "after": None, "after_unknown": {}}
    plan["resource_changes"] = [bucket]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    rejected = warm_gate().evaluate_plan(file, acknowledgements=ledger.file)
    assert {finding.rule_id for finding in rejected.findings} == {"LK_PLAN_1"}
    ledger.acknowledge(rejected, rejected.plan_digest, who="jane", reason=WHY, now=datetime.now(UTC))
    assert warm_gate().evaluate_plan(file, acknowledgements=ledger.file).clean
    assert not warm_gate().evaluate_plan(file).clean
