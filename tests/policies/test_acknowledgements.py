"""An acknowledgement is about one plan that was refused, for a day, once; never blanket, never in advance."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gate_support import DATA, could_not_judge, warm_gate

from lakekit_policies import Finding, Verdict
from lakekit_policies.acknowledgements import (
    AcknowledgementError,
    Ledger,
    digest,
    keep_refused,
    read_refused,
)
from lakekit_policies.context import StackContext

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGEST = "0123456789abcdef"
FINDING = Finding(
    "LK_PLAN_1", "No plan deletes", "critical", "prod-lake", "aws_s3_bucket.Old", "", "is deleted", "Keep it."
)
REFUSED = Verdict("plan", [FINDING], 1, 1, ["prod-lake"], 0.1, plan_digest=DIGEST)
WHY = "The bucket was emptied and is retired"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / ".lakekit" / "acknowledgements.jsonl")


def say_yes(ledger: Ledger, verdict: Verdict = REFUSED, typed: str = DIGEST, because: str = WHY) -> None:
    ledger.acknowledge(verdict, typed, who="jane", because=because, now=NOW)


def test_lets_that_plan_through_and_stays_in_the_report(ledger: Ledger) -> None:
    assert ledger.settled(REFUSED, NOW) == REFUSED
    say_yes(ledger, typed=DIGEST.upper())
    settled = ledger.settled(REFUSED, NOW + timedelta(hours=1))
    assert settled.clean
    assert settled.acknowledged == [FINDING]
    assert "jane" in settled.acknowledged_by
    assert WHY in settled.acknowledged_by
    assert Verdict.from_dict(json.loads(settled.to_json())) == settled


@pytest.mark.parametrize(
    ("verdict", "typed", "because", "words"),
    [
        (REFUSED, "ffff", WHY, "not this plan's digest"),
        (REFUSED, "", WHY, "not this plan's digest"),
        (replace(REFUSED, findings=[]), DIGEST, WHY, "nothing was refused"),
        (replace(REFUSED, stage="synth", plan_digest=""), "", WHY, "only a plan"),
        (replace(REFUSED, findings=[FINDING, replace(FINDING, rule_id="LK_S3_1")]), DIGEST, WHY, "LK_S3_1"),
        (REFUSED, DIGEST, "ok", "say why"),
        (REFUSED, DIGEST, "aaaaaaaaaaaaaaaaaaaaaa", "say why"),
    ],
)
def test_is_not_accepted(ledger: Ledger, verdict: Verdict, typed: str, because: str, words: str) -> None:
    with pytest.raises(AcknowledgementError, match=words):
        say_yes(ledger, verdict, typed, because)
    assert not ledger.file.exists()


@pytest.mark.parametrize(
    "verdict",
    [
        replace(REFUSED, plan_digest="f" * 16),
        replace(REFUSED, findings=[FINDING, replace(FINDING, address="aws_s3_bucket.Other")]),
        replace(REFUSED, findings=[replace(FINDING, reason="is replaced")]),
    ],
    ids=["another plan", "more than was shown", "other than was shown"],
)
def test_covers_nothing_else(ledger: Ledger, verdict: Verdict) -> None:
    say_yes(ledger)
    assert ledger.settled(verdict, NOW) == verdict


def test_a_day_and_one_apply(ledger: Ledger) -> None:
    say_yes(ledger)
    assert ledger.settled(REFUSED, NOW + timedelta(hours=23, minutes=59)).clean
    assert not ledger.settled(REFUSED, NOW + timedelta(hours=24, seconds=1)).clean
    assert not ledger.settled(REFUSED, NOW - timedelta(seconds=1)).clean
    ledger.spend(ledger.settled(REFUSED, NOW), NOW)
    assert not ledger.settled(REFUSED, NOW).clean
    ledger.acknowledge(REFUSED, DIGEST, who="joe", because=WHY, now=NOW + timedelta(minutes=1))
    assert ledger.settled(REFUSED, NOW + timedelta(minutes=2)).clean, "a new word for a new apply"


def test_a_clean_plan_spends_nothing(ledger: Ledger) -> None:
    ledger.spend(replace(REFUSED, findings=[]), NOW)
    assert not ledger.file.exists()


@pytest.mark.parametrize("line", ["x", "{}", '{"acknowledged": {"digest": "a"}}', "[]"])
def test_a_ledger_that_cannot_be_read(ledger: Ledger, line: str) -> None:
    say_yes(ledger)
    with ledger.file.open("a") as stream:
        stream.write(line + "\n")
    with could_not_judge("acknowledgements", ":2"):
        ledger.settled(REFUSED, NOW)


def test_refusals_are_found_by_digest(tmp_path: Path) -> None:
    keep_refused(tmp_path, REFUSED)
    assert read_refused(tmp_path, f" {DIGEST.upper()} ") == REFUSED
    for typed in ("f" * 16, "../x", "", "."):
        with pytest.raises(AcknowledgementError, match="no plan with digest"):
            read_refused(tmp_path, typed)
    (tmp_path / f"{DIGEST}.json").write_text("{}")
    with pytest.raises(AcknowledgementError, match="plan again"):
        read_refused(tmp_path, DIGEST)


def _plan() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "plan_create.json").read_text())
    return found


def test_the_digest_is_of_what_changes() -> None:
    """Planned again it is the same; another value, address, account or stack make another."""
    context, plan = StackContext(environment="prod", account_id="1"), _plan()
    first = digest(plan, "lake", context)
    again = copy.deepcopy(plan)
    again["timestamp"] = "2030-01-01T00:00:00Z"
    again["resource_changes"].reverse()
    untouched = {**again["resource_changes"][0], "address": "aws_x.y"}
    again["resource_changes"].append({**untouched, "change": {**untouched["change"], "actions": ["no-op"]}})
    assert digest(again, "lake", context) == first
    assert digest(plan, "other", context) != first
    assert digest(plan, "lake", replace(context, account_id="2")) != first
    for name, value in (("after", {"bucket": "b"}), ("before", {"bucket": "b"}), ("actions", ["delete"])):
        other = copy.deepcopy(plan)
        other["resource_changes"][0]["change"][name] = value
        assert digest(other, "lake", context) != first, name


def test_through_the_gate(tmp_path: Path, ledger: Ledger) -> None:
    """A deleted bucket of a plan that is clean otherwise."""
    plan = _plan()
    bucket = next(entry for entry in plan["resource_changes"] if entry["type"] == "aws_s3_bucket")
    plan["planned_values"], plan["configuration"]["root_module"] = {"root_module": {}}, {}
    bucket["change"] = {"actions": ["delete"], "before": bucket["change"]["after"], "after": None, "after_unknown": {}}
    plan["resource_changes"] = [bucket]
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    refused = warm_gate().judge_plan(file, acknowledgements=ledger.file)
    assert {finding.rule_id for finding in refused.findings} == {"LK_PLAN_1"}
    ledger.acknowledge(refused, refused.plan_digest, who="jane", because=WHY, now=datetime.now(UTC))
    assert warm_gate().judge_plan(file, acknowledgements=ledger.file).clean
    assert not warm_gate().judge_plan(file).clean
