"""`lakekit gate verify`, and what records say about a run."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli_project import Project, entry, ledger

from lakekit_policies.records.origin import rules_sha256
from lakekit_policies.records.plan_records import PlanRecord, PlanRecords

GATE = "lakekit-terraform"
STACK = "prod-one"
RECORDS = ".lakekit/plans.jsonl"
VERIFY = ("lakekit", "gate", "verify")


def git(project: Project, *arguments: str) -> str:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@acme.example")
    done = subprocess.run(["git", *identity, *arguments], cwd=project.root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def planned(project: Project) -> Path:
    """A saved plan of a committed stack of tier prod."""
    project.environment("prod", tier="prod")
    ledger(project, entry(target=f"path: {STACK}", environment="prod"))
    (project.root / ".gitignore").write_text(".lakekit/\ncdktf.out/\nhome/\nnode_modules\n*.tfstate*\n")
    folder = project.synthesized(STACK, tier="prod")
    git(project, "init", "-q")
    git(project, "config", "user.email", "ada@acme.example")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "Start")
    done = project.run(GATE, "plan", "-out=my.plan", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "my.plan"


def last(project: Project) -> PlanRecord:
    return PlanRecords(project.root / RECORDS).read()[0][-1]


def edit(project: Project, **changes: Any) -> None:
    """Change the origin in the record of the plan."""
    file = project.root / RECORDS
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[-1]["evaluated"]["origin"] |= {key: value for key, value in changes.items() if key != "evaluated_at"}
    lines[-1]["evaluated"] |= {key: value for key, value in changes.items() if key == "evaluated_at"}
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_record_says_where_the_plan_comes_from(project: Project, planned: Path) -> None:
    origin = last(project).origin
    assert (origin.tier, origin.account_id, origin.region) == ("prod", "111111111111", "eu-west-1")
    assert (origin.commit, origin.dirty) == (git(project, "rev-parse", "HEAD"), False)
    assert origin.command == "lakekit-terraform plan -out=my.plan"
    assert origin.user.startswith("ada@acme.example")
    assert origin.gate_version
    assert origin.rules_sha256 == rules_sha256()
    assert len(rules_sha256()) == 64
    (project.root / "cdktf.json").write_text((project.root / "cdktf.json").read_text() + "\n")
    assert project.run(GATE, "plan", cwd=planned.parent).returncode == 0
    assert last(project).origin.dirty is True
    assert project.run(GATE, "plan", cwd=planned.parent, environ={"GITHUB_ACTOR": "ci-bot"}).returncode == 0
    assert last(project).origin.user == "ci-bot (pipeline)"


def test_plan_is_verified_and_applied(project: Project, planned: Path) -> None:
    done = project.run(*VERIFY, str(planned))
    assert done.returncode == 0, done.stderr
    assert "VERIFIED" in done.stdout
    assert "account 111111111111" in done.stdout
    assert project.run(GATE, "apply", "my.plan", cwd=planned.parent).returncode == 0
    again = project.run(*VERIFY, str(planned))
    assert again.returncode == 1
    assert "the plan was applied on" in again.stderr


def test_json_document_of_the_plan_is_verified(project: Project, planned: Path) -> None:
    shown = project.run(GATE, "show", "-json", "my.plan", cwd=planned.parent)
    (project.root / "plan.json").write_text(shown.stdout)
    assert project.run(*VERIFY, "plan.json").returncode == 0


def test_records_of_another_job_can_be_passed(project: Project, planned: Path) -> None:
    (project.root / RECORDS).rename(project.root / "home/plans.jsonl")
    assert project.run(*VERIFY, str(planned)).returncode == 1
    assert project.run(*VERIFY, str(planned), "--records", "home/plans.jsonl").returncode == 0


def test_changed_plan_is_not_verified(project: Project, planned: Path) -> None:
    planned.write_bytes(planned.read_bytes() + b"x")
    done = project.run(*VERIFY, str(planned))
    assert done.returncode == 1
    assert "no record of a plan with SHA-256" in done.stderr


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rules_sha256": "0" * 64}, "evaluated with rules 0000"),
        ({"gate_version": "0.0.1"}, "evaluated by Lakekit 0.0.1"),
        ({"commit": "1" * 40}, "planned from commit 1111"),
        ({"dirty": True}, "planned with uncommitted changes"),
        ({"dirty": None}, "not recorded whether"),
        ({"evaluated_at": "2026-01-01T00:00:00.000+00:00"}, "not within 24 hours"),
        ({"evaluated_at": "2999-01-01T00:00:00.000+00:00"}, "not within 24 hours"),
    ],
)
def test_other_origin_is_not_verified(project: Project, planned: Path, changes: dict[str, Any], problem: str) -> None:
    edit(project, **changes)
    done = project.run(*VERIFY, str(planned))
    assert done.returncode == 1
    assert problem in done.stderr


def test_other_commit_is_not_verified(project: Project, planned: Path) -> None:
    commit = git(project, "rev-parse", "HEAD")
    git(project, "commit", "-q", "--allow-empty", "-m", "Next")
    assert project.run(*VERIFY, str(planned)).returncode == 1
    assert project.run(*VERIFY, str(planned), "--commit", commit).returncode == 0


def test_rejected_plan_is_not_verified(project: Project, planned: Path) -> None:
    project.reject_plan(planned.parent)
    assert project.run(GATE, "plan", cwd=planned.parent).returncode == 1
    shown = project.run(project.environ["LAKEKIT_TERRAFORM"], "show", "-json", "my.plan", cwd=planned.parent)
    (project.root / "plan.json").write_text(shown.stdout)
    assert project.run(GATE, "apply", "my.plan", cwd=planned.parent).returncode == 1
    done = project.run(*VERIFY, str(planned))
    assert done.returncode == 1
    assert "the plan was rejected" in done.stderr


def test_evidence_shows_origin_and_commands(project: Project, planned: Path) -> None:
    assert project.run(GATE, "apply", "my.plan", cwd=planned.parent).returncode == 0
    assert project.run(GATE, "state", "rm", "terraform_data.thing", cwd=planned.parent).returncode == 1
    done = project.run("lakekit", "policies", "evidence", "prod")
    assert done.returncode == 0, done.stderr
    page = (project.root / "evidence.html").read_text()
    assert last(project).applied_file in page
    assert git(project, "rev-parse", "HEAD") in page
    assert "tier prod, account 111111111111" in page
    assert rules_sha256() in page
    assert "<code>state rm</code>" in page
    assert "ANOTHER than the evaluated one" not in page


def test_empty_commit_is_no_commit(project: Project, planned: Path) -> None:
    done = project.run(*VERIFY, str(planned), "--commit", "")
    assert (done.returncode, "--commit: it is empty" in done.stderr) == (2, True), done.stderr


def test_time_without_an_offset_is_no_record(project: Project, planned: Path) -> None:
    edit(project, evaluated_at="2026-11-28T12:39:00")
    done = project.run(*VERIFY, str(planned))
    assert done.returncode == 1
    assert "is not a complete record" in done.stderr
    assert "internal error" not in done.stderr


def test_text_is_no_statement_on_uncommitted_changes(project: Project, planned: Path) -> None:
    edit(project, dirty="no")
    done = project.run(*VERIFY, str(planned))
    assert (done.returncode, "is not a complete record" in done.stderr) == (1, True), done.stderr


def test_incomplete_record_after_the_evaluation_is_a_problem(project: Project, planned: Path) -> None:
    file = project.root / RECORDS
    text = file.read_text()
    file.write_text(f'{{"evaluated": \n{text}')
    done = project.run(*VERIFY, str(planned))
    assert (done.returncode, "plans.jsonl:1 is not a complete record" in done.stderr) == (0, True), done.stderr
    file.write_text(f'{text}{{"applied": ')
    done = project.run(*VERIFY, str(planned))
    assert (done.returncode, " is not complete: it can be a later" in done.stderr) == (1, True), done.stderr
    file.write_text(text)
    other = project.root / "apply.jsonl"
    other.write_text('{"applied": ')
    done = project.run(*VERIFY, str(planned), "--records", str(file), "--records", str(other))
    assert (done.returncode, "apply.jsonl:1 is not complete" in done.stderr) == (1, True), done.stderr


def test_plan_that_could_not_be_evaluated_is_named(project: Project, planned: Path) -> None:
    file = project.root / RECORDS
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[-1]["evaluated"]["not_evaluated"] = 3
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = project.run(*VERIFY, str(planned))
    assert "the plan could not be evaluated, exit code 3" in done.stderr


def test_saved_plan_without_changes_that_was_applied_is_not_verified(project: Project, planned: Path) -> None:
    folder = planned.parent
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 0
    assert project.run(GATE, "plan", "-out=same.plan", cwd=folder).returncode == 0
    assert project.run(*VERIFY, str(folder / "same.plan")).returncode == 0
    assert project.run(GATE, "apply", "same.plan", cwd=folder).returncode == 0
    done = project.run(*VERIFY, str(folder / "same.plan"))
    assert (done.returncode, "the plan was applied on" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("hours", ["nan", "inf", "1e308", "0", "-1", "day"])
def test_an_age_that_is_no_number_of_hours_is_a_usage_error(project: Project, hours: str) -> None:
    done = project.run(*VERIFY, "cdktf.json", "--max-age", hours)
    assert done.returncode == 2
    assert "--max-age" in done.stderr
