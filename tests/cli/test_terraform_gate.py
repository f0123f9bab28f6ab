"""Tests of `lakekit-terraform` with Terraform and the gate: only evaluated plans are applied."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from cli_project import DELETION, Project, applied, leftovers

from nonempty import nonempty

GATE = "lakekit-terraform"


def test_clean_plan_is_applied(project: Project, folder: Path) -> None:
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Plan: 1 to add" in done.stdout
    assert "Apply complete! Resources: 1 added" in done.stdout
    assert "CLEAN" in done.stderr
    assert "Saved the plan to" not in done.stdout
    assert project.state("dev-one") == ["terraform_data.thing"]
    again = project.run(GATE, "apply", "-no-color", cwd=folder)
    assert again.returncode == 0, "no approval is needed without changes, as in Terraform"
    assert "No changes." in again.stdout


def test_states_and_records_are_private(project: Project, folder: Path) -> None:
    done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert done.returncode == 0, done.stderr
    written = [project.root / "dev-one.tfstate", project.root / ".lakekit" / "plans.jsonl"]
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in nonempty(written)} == {
        file.name: "0o600" for file in written
    }


@pytest.mark.parametrize("arguments", [["apply", "-auto-approve"], ["apply"], ["destroy", "-auto-approve"], ["plan"]])
def test_rejected_plan_is_not_applied(project: Project, folder: Path, arguments: list[str]) -> None:
    project.reject_plan(folder)
    done = project.run(GATE, *arguments, "-no-color", cwd=folder, answer="yes\n")
    assert done.returncode == 1
    assert "aws_s3_bucket" in done.stderr
    assert "Nothing was applied" in done.stderr
    assert "Enter a value" not in done.stdout
    assert not applied(project)
    assert leftovers(folder) == []


@pytest.mark.parametrize("shown", ["{", "[]", '{"format_version": "1.2"}', ""])
def test_unevaluable_plan_is_not_applied(project: Project, folder: Path, shown: str) -> None:
    (folder / "show.json").write_text(shown)
    done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert done.returncode == 3, done.stderr
    assert "could not evaluate" in done.stderr
    assert "Traceback" not in done.stderr
    assert not applied(project)


def test_missing_engine_stops_the_apply(project: Project, folder: Path) -> None:
    done = project.run(GATE, "apply", "-auto-approve", cwd=folder, environ={"LAKEKIT_ENGINE_PYTHON": "/no/python"})
    assert done.returncode == 3, done.stderr
    assert "/no/python" in done.stderr
    assert not applied(project)


def test_terraform_failure_is_passed_on(project: Project, folder: Path) -> None:
    stack = json.loads((folder / "cdk.tf.json").read_text())
    stack["resource"]["terraform_data"]["thing"]["nonsense"] = 1
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 1
    assert "nonsense" in done.stderr


@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("no\n", 1), ("\n", 1), ("", 1), ("y\n", 1)])
def test_only_yes_approves(project: Project, folder: Path, answer: str, code: int) -> None:
    done = project.run(GATE, "apply", "-no-color", cwd=folder, answer=answer)
    assert done.returncode == code
    assert "Do you want to perform these actions?\n" in done.stdout
    assert "Only 'yes' will be accepted to approve." in done.stdout
    assert applied(project) == (code == 0)


def test_destroy_asks_for_approval_like_terraform(project: Project, folder: Path) -> None:
    project.run(GATE, "apply", "-auto-approve", cwd=folder)
    done = project.run(GATE, "destroy", "-no-color", cwd=folder, answer="no\n")
    assert done.returncode == 1
    assert "Do you really want to destroy all resources?\n" in done.stdout
    assert applied(project)
    assert project.run(GATE, "apply", "-destroy", "-no-color", cwd=folder, answer="yes\n").returncode == 0
    assert not applied(project)


def test_saved_plan_is_evaluated_before_apply(project: Project, folder: Path) -> None:
    assert project.run("terraform", "plan", "-out=my.plan", cwd=folder).returncode == 0
    project.reject_plan(folder)
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 1
    assert not applied(project)
    (folder / "change.json").unlink()
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 0
    assert applied(project)
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 1, "Terraform: the saved plan is stale"


def test_stale_plan_is_not_applied_and_keeps_its_acknowledgement(project: Project, folder: Path) -> None:
    assert project.run(GATE, "plan", "-out=my.plan", cwd=folder).returncode == 0
    assert project.run(GATE, "apply", "-auto-approve", "-var=label=two", cwd=folder).returncode == 0
    project.reject_plan(folder)
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 1
    (rejected,) = (project.root / ".lakekit/rejected").glob("*.json")
    reason = "the bucket was retired in March"
    assert project.run("lakekit", "gate", "acknowledge", rejected.stem, "--reason", reason).returncode == 0
    for _ in range(2):
        done = project.run(GATE, "apply", "my.plan", cwd=folder)
        assert done.returncode == 1
        assert "Saved plan is stale" in done.stderr
        assert "dev-one: not applied; nothing was changed." in done.stderr


def test_rejected_plan_file_is_removed(project: Project, folder: Path) -> None:
    assert project.run(GATE, "plan", "-out=my.plan", cwd=folder).returncode == 0
    assert (folder / "my.plan").exists()
    project.reject_plan(folder)
    done = project.run(GATE, "plan", "-out=my.plan", cwd=folder)
    assert done.returncode == 1
    assert not (folder / "my.plan").exists()


def test_detailed_exit_codes_are_kept(project: Project, folder: Path) -> None:
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=folder).returncode == 2
    project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=folder).returncode == 0
    project.reject_plan(folder)
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=folder).returncode == 1


def test_variables_and_modes_reach_plan_and_apply(project: Project, folder: Path) -> None:
    done = project.run(
        GATE, "apply", "-auto-approve", "-var", "label=two", "-parallelism=1", "-lock-timeout=2s", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    output = project.run(GATE, "output", "-json", cwd=folder)
    assert json.loads(output.stdout)["label"]["value"] == "two"
    refreshed = project.run(GATE, "apply", "-refresh-only", "-auto-approve", "-var=label=two", cwd=folder)
    assert refreshed.returncode == 0, refreshed.stderr
    replaced = project.run(
        GATE, "apply", "-auto-approve", "-var=label=two", "-replace=terraform_data.thing", cwd=folder
    )
    assert "1 added, 0 changed, 1 destroyed" in replaced.stdout


def test_json_output_stays_json(project: Project, folder: Path) -> None:
    assert project.run(GATE, "apply", "-json", cwd=folder).returncode == 1
    done = project.run(GATE, "apply", "-json", "-auto-approve", cwd=folder)
    assert done.returncode == 0, done.stderr
    events = [json.loads(line)["type"] for line in done.stdout.splitlines()]
    assert "change_summary" in events


def test_chdir_is_supported(project: Project, folder: Path) -> None:
    done = project.run(GATE, f"-chdir={folder}", "apply", "-auto-approve", cwd=Path("/"))
    assert done.returncode == 0, done.stderr
    assert applied(project)


@pytest.mark.parametrize("arguments", [["apply", "a", "b"], ["destroy", "a"], ["plan", "a"], ["apply", "no.plan"]])
def test_invalid_command_lines_apply_nothing(project: Project, folder: Path, arguments: list[str]) -> None:
    done = project.run(GATE, *arguments, cwd=folder, answer="yes\n")
    assert done.returncode == 1
    assert "Error" in done.stderr
    assert not applied(project)


def test_plan_in_tf_cli_args_is_evaluated(project: Project, folder: Path) -> None:
    project.run("terraform", "plan", "-out=other.plan", cwd=folder)
    project.reject_plan(folder)
    variables = {"TF_CLI_ARGS_apply": "-auto-approve other.plan"}
    assert project.run(GATE, "apply", cwd=folder, environ=variables).returncode == 1
    assert not applied(project)


def test_plan_file_is_readable_by_owner_only(project: Project, folder: Path) -> None:
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text(
        "#!/bin/sh\n"
        'case "$1" in plan) ls -ld .terraform/lakekit-plan-* >> seen;; show) ls -ldL "$4" >> seen;; esac\n'
        'exec terraform "$@"\n'
    )
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    parent, plan = (folder / "seen").read_text().splitlines()
    assert parent.startswith("drwx------")
    assert "lakekit-plan" not in plan, "a sealed memory file, which no other process can open by name"
    assert leftovers(folder) == []


def test_plans_of_killed_runs_are_removed(project: Project, folder: Path) -> None:
    (folder / ".terraform").mkdir(exist_ok=True)
    old = folder / ".terraform" / "lakekit-plan-999999999-x"
    current = folder / ".terraform" / f"lakekit-plan-{os.getpid()}-x"
    for left in (old, current):
        left.mkdir()
        (left / "plan").touch(stat.S_IRUSR)
    project.run(GATE, "plan", cwd=folder)
    assert not old.exists()
    assert current.exists(), "that run is still alive"


def test_missing_terraform_is_reported(project: Project, folder: Path) -> None:
    done = project.run(GATE, "apply", cwd=folder, environ={"LAKEKIT_TERRAFORM": "/no/terraform"})
    assert done.returncode == 4
    assert "is not an executable" in done.stderr
    assert "Fix:" in done.stderr


def test_corrupted_state_stops_the_apply(project: Project, folder: Path) -> None:
    state = project.root / "dev-one.tfstate"
    state.write_text('{"version": 4, "resou')
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 7
    assert "state" in done.stderr
    assert "Traceback" not in done.stderr
    assert state.read_text() == '{"version": 4, "resou'


def test_fixture_bucket_is_the_rejected_resource(project: Project, folder: Path) -> None:
    """The plans of these tests are rejected for this resource and for no other reason."""
    project.reject_plan(folder)
    project.run("terraform", "plan", "-out=my.plan", cwd=folder)
    shown = project.run(project.environ["LAKEKIT_TERRAFORM"], "show", "-json", "my.plan", cwd=folder)
    (folder / "plan.json").write_text(shown.stdout)
    done = project.run("lakekit", "gate", "plan", "plan.json", "--stack", "cdk.tf.json", "--format", "json", cwd=folder)
    assert done.returncode == 1, done.stderr
    assert [finding["address"] for finding in json.loads(done.stdout)["findings"]] == [DELETION["address"]]
