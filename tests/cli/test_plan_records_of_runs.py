"""Tests of plan records: `lakekit-terraform` writes them, `lakekit policies evidence` reads them."""

from __future__ import annotations

import hashlib
import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from cli_project import Project, entry, ledger

from lakekit_policies.records.plan_records import PlanRecord, PlanRecords

GATE = "lakekit-terraform"
FILE = ".lakekit/plans.jsonl"


@pytest.fixture
def folder(project: Project) -> Path:
    """An initialized stack."""
    project.environment("dev")
    ledger(project, entry())
    return project.synthesized("dev-one")


def recorded(project: Project) -> list[PlanRecord]:
    found, broken = PlanRecords(project.root / FILE).read()
    assert broken == []
    return found


def shown(project: Project) -> str:
    """Return the text of the section on recorded plans."""
    page = (project.root / "evidence.html").read_text()
    section = page[page.index("Plans evaluated by the gate") : page.index("<h3>Versions</h3>")]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", section)))


def test_plan_records_outlive_the_output_folder(project: Project, folder: Path) -> None:
    assert project.run(GATE, "plan", "-no-color", cwd=folder).returncode == 0
    assert project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder).returncode == 0
    project.reject_plan(folder)
    assert project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder).returncode == 1
    configuration = hashlib.sha256((folder / "cdk.tf.json").read_bytes()).hexdigest()
    (folder / "change.json").unlink()
    shutil.rmtree(project.root / "cdktf.out")

    planned, applied, rejected = recorded(project)
    assert {record.stack for record in (planned, applied, rejected)} == {"dev-one"}
    assert {record.environment for record in (planned, applied, rejected)} == {"dev"}
    assert {record.configuration for record in (planned, applied, rejected)} == {configuration}
    assert re.fullmatch("[0-9a-f]{64}", applied.sha256)
    assert re.fullmatch(r"1\.\d+\.\d+", applied.terraform)
    assert dict(applied.changes) == {"create": 1, "update": 0, "replace": 0, "delete": 0}
    assert (planned.clean, planned.applied) == (True, "")
    assert (applied.clean, applied.exit_code) == (True, 0)
    assert (rejected.clean, rejected.applied, rejected.exit_code) == (False, "", None)
    assert "LK_PLAN_1" in rejected.rules

    done = project.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode == 0, done.stderr
    assert "3 recorded plans" in done.stderr
    text = shown(project)
    assert applied.sha256 in text
    assert text.count("configuration of this page") == 3
    assert "passed" in text
    assert "rejected" in text
    assert f"Terraform {applied.terraform}" in text
    assert "Stacks without a recorded apply" not in text, "the one stack was applied"


def test_acknowledgement_is_recorded(project: Project, folder: Path) -> None:
    project.reject_plan(folder)
    rejected = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    (digest,) = set(re.findall(r"acknowledge ([0-9a-f]{16})", rejected.stderr))
    reason = ("--reason", "the bucket is empty and retired")
    assert project.run("lakekit", "gate", "acknowledge", digest, *reason).returncode == 0
    project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    before, after = recorded(project)
    assert (before.clean, before.acknowledged) == (False, 0)
    assert (after.clean, after.acknowledged) == (True, 1)
    assert "the bucket is empty and retired" in after.acknowledged_by
    assert after.digest == digest
    assert after.applied


@pytest.mark.parametrize("output", ['{"format_version": "1.2"}', ""])
def test_unevaluable_plan_is_recorded(project: Project, folder: Path, output: str) -> None:
    (folder / "show.json").write_text(output)
    assert project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder).returncode == 3
    (folder / "show.json").unlink()
    (record,) = recorded(project)
    assert (record.clean, record.not_evaluated, record.applied) == (False, 3, "")
    assert record.sha256 == (hashlib.sha256(output.encode()).hexdigest() if output else "")
    text = _evidence(project)
    assert "rejected could not be evaluated, exit code 3" in text
    assert "passed" not in text
    assert ("none: no plan document" in text) == (not output)


def test_full_disk_is_reported_and_does_not_stop_the_run(project: Project, folder: Path) -> None:
    (project.root / ".lakekit").mkdir(exist_ok=True)
    (project.root / FILE).symlink_to("/dev/full")
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert project.state("dev-one") == ["terraform_data.thing"]
    assert "the plan could not be recorded" in done.stderr
    assert "No space left on device" in done.stderr


def test_evidence_reports_unreadable_records(project: Project, folder: Path) -> None:
    assert project.run(GATE, "plan", "-no-color", cwd=folder).returncode == 0
    with (project.root / FILE).open("a") as stream:
        stream.write('{"evaluated": {"sta')
    done = project.run("lakekit", "policies", "evidence", "dev")
    assert done.returncode == 0, done.stderr
    assert "plans.jsonl: line 2 is not a complete record" in done.stderr
    assert "Incomplete: plans.jsonl: line 2 is not a complete record" in shown(project).replace(" :", ":")


def test_records_of_another_machine_can_be_passed(project: Project, folder: Path) -> None:
    assert project.run(GATE, "plan", "-no-color", cwd=folder).returncode == 0
    (project.root / FILE).rename(project.root / "from-ci.jsonl")
    assert "No recorded plans" in _evidence(project)
    assert "configuration of this page" in _evidence(project, "--records", "from-ci.jsonl")


def _evidence(project: Project, *arguments: str) -> str:
    done = project.run("lakekit", "policies", "evidence", "dev", *arguments)
    assert done.returncode == 0, done.stderr
    return shown(project)
