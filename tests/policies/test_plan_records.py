"""Records of evaluated plans."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lakekit_policies import Finding, Verdict
from lakekit_policies.records.origin import RunOrigin
from lakekit_policies.records.plan_records import PlanRecord, PlanRecords
from lakekit_policies.verdict import Waived, Waiver

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FINDING = Finding("LK_PLAN_1", "t", "critical", "prod-lake", "aws_s3_bucket.Old", "", "is deleted: hunter2", "Keep it.")
CLEAN = Verdict("plan", [], 230, 4, ["prod-lake"], 0.1, plan_sha256="a" * 64, plan_digest="0123456789abcdef")
ORIGIN = RunOrigin(tier="prod", account_id="333333333333", commit="f" * 40, dirty=False, user="ada@acme.example")
WAIVER = Waiver("LK_S3_1", "prod-lake", "prod", "because", "a@b.c", "T-1", "2026-07-01", "policies/waivers.yaml:2")


def record(verdict: Verdict = CLEAN, *, now: datetime = NOW, stack: str = "prod-lake") -> PlanRecord:
    return PlanRecord.of(
        verdict,
        stack=stack,
        environment="prod",
        configuration="c" * 64,
        changes={"create": 1},
        terraform="1.11.4",
        providers={"hashicorp/aws": "5.100.0"},
        plan_file="d" * 64,
        origin=ORIGIN,
        now=now,
    )


@pytest.fixture
def records(tmp_path: Path) -> PlanRecords:
    return PlanRecords(tmp_path / ".lakekit/plans.jsonl")


def test_missing_file_has_no_records(records: PlanRecords) -> None:
    assert records.read() == ([], [])


def test_plan_is_recorded_with_its_apply(records: PlanRecords) -> None:
    first, second = record(), record(now=NOW + timedelta(hours=1))
    records.record_evaluation(first)
    records.record_evaluation(second)
    records.record_apply(first, NOW + timedelta(minutes=1), "d" * 64)
    records.record_apply(first, NOW + timedelta(minutes=9), "d" * 64, 0)
    (one, other), broken = records.read()
    assert broken == []
    assert other == second.model_copy(update={"line": 2})
    assert one.applied == "2026-03-01T12:01:00.000+00:00", "when it began"
    assert one.exit_code == 0
    assert one.applied_file == "d" * 64
    assert one.origin == ORIGIN
    assert one.model_copy(update={"applied": "", "applied_file": "", "exit_code": None, "line": 0}) == first


def test_unfinished_apply_is_marked(records: PlanRecords) -> None:
    made = record()
    records.record_evaluation(made)
    records.record_apply(made, NOW, "d" * 64)
    (one,), _ = records.read()
    assert one.applied
    assert one.exit_code is None


def test_record_has_counts_and_rule_ids_only(records: PlanRecords) -> None:
    rejected = replace(CLEAN, findings=[FINDING], warnings=[FINDING], waived=[Waived(FINDING, WAIVER)])
    made = record(rejected)
    assert (made.clean, made.findings, made.rules) == (False, {"critical": 1}, ("LK_PLAN_1",))
    assert (made.waived, made.undetermined) == (1, 1)
    meant = record(replace(CLEAN, acknowledged=[FINDING], acknowledged_by="jane: retired"))
    assert (meant.clean, meant.findings, meant.acknowledged) == (True, {}, 1)
    assert meant.rules == ("LK_PLAN_1",)
    assert meant.acknowledged_by == "jane: retired"
    records.record_evaluation(made)
    assert "hunter2" not in records.file.read_text()
    assert "aws_s3_bucket" not in records.file.read_text()


def test_truncated_line_does_not_hide_others(records: PlanRecords) -> None:
    records.record_evaluation(record())
    with records.file.open("a") as stream:
        stream.write('{"evaluated": {"stack": "pr')  # as a full disk leaves it
    records.record_evaluation(record(stack="prod-network"))
    with records.file.open("a") as stream:
        stream.write(
            '{"evaluated": {}}\n{"applied": {"stack": "s", "sha256": "x", "of": "y", "at": "z", "code": 0}}\n[]\n'
        )
    found, broken = records.read()
    assert [one.stack for one in found] == ["prod-lake", "prod-network"]
    assert broken == [2, 4, 5, 6]


def test_full_disk_raises_in_the_writer(records: PlanRecords) -> None:
    records.file.parent.mkdir()
    records.file.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        records.record_evaluation(record())


def test_timestamps_are_validated() -> None:
    data = json.loads(record().model_dump_json())
    with pytest.raises(ValueError, match="evaluated"):
        PlanRecord.model_validate({**data, "evaluated_at": "yesterday"})
