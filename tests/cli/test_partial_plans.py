"""Plans above dev cover the whole stack; small partial applies count together."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_project import DELETION, Project, entry, ledger

from lakekit_policies.records.plan_records import PlanRecord, PlanRecords
from lakekit_policies.terraform.plan_gate_variable import ENVIRONMENT_VARIABLE

GATE = "lakekit-terraform"
STACK = "prod-one"
NAMES = [f"item{number}" for number in range(6)]


def prepared(project: Project, tier: str = "prod", count: int = 6) -> Path:
    """An applied stack with some resources; its only finding, the local state, is waived."""
    environment = "prod" if tier != "dev" else "dev"
    name = f"{environment}-one"
    project.environment(environment, tier=tier)
    ledger(project, entry(target=f"path: {name}", environment=environment))
    resources: dict[str, Any] = {one: {"input": "${var.label}"} for one in NAMES[:count]}
    folder = project.synthesized(name, tier=tier, **resources)
    done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def acknowledge(project: Project, stderr: str) -> None:
    (digest,) = set(re.findall(r"acknowledge ([0-9a-f]{16})", stderr))
    done = project.run("lakekit", "gate", "acknowledge", digest, "--reason", "the one item is broken")
    assert done.returncode == 0, done.stderr


def recorded(project: Project) -> list[PlanRecord]:
    found, broken = PlanRecords(project.root / ".lakekit/plans.jsonl").read()
    assert broken == []
    return found


@pytest.mark.parametrize(
    "option",
    ["-target=terraform_data.item0", "-replace=terraform_data.item0", "-refresh=false", "-lock=false"],
)
def test_option_needs_an_acknowledgement_above_dev(project: Project, option: str) -> None:
    folder = prepared(project)
    arguments = (GATE, "apply", "-auto-approve", "-var=label=two", option)
    done = project.run(*arguments, cwd=folder)
    assert done.returncode == 1
    assert "LK_PLAN_9" in done.stderr
    assert f"the plan was made with {option}" in " ".join(done.stderr.split())
    acknowledge(project, done.stderr)
    again = project.run(*arguments, cwd=folder)
    assert again.returncode == 0, again.stderr
    assert recorded(project)[-1].options == (option,)


def test_acknowledgement_of_a_plan_covers_its_saved_file(project: Project) -> None:
    folder = prepared(project, count=1)
    arguments = (GATE, "plan", "-var=label=two", "-target=terraform_data.item0", "-out=my.plan")
    acknowledge(project, project.run(*arguments, cwd=folder).stderr)
    assert project.run(*arguments, cwd=folder).returncode == 0
    done = project.run(GATE, "apply", "my.plan", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert recorded(project)[-1].options == ("-target=terraform_data.item0",)


def test_options_of_a_variable_are_seen(project: Project) -> None:
    folder = prepared(project)
    variables = {"TF_CLI_ARGS_plan": "-target=terraform_data.item0", "TF_CLI_ARGS": "-refresh=false"}
    done = project.run(GATE, "plan", "-var=label=two", cwd=folder, environ=variables)
    assert done.returncode == 1
    assert "-target=terraform_data.item0" in done.stderr
    assert "-refresh=false" in done.stderr


def test_another_workspace_needs_an_acknowledgement(project: Project) -> None:
    folder = prepared(project)
    assert project.run("terraform", "workspace", "new", "blue", cwd=folder).returncode == 0
    done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert done.returncode == 1
    assert "the plan was made with workspace blue" in " ".join(done.stderr.split())


def test_saved_plan_with_targets_is_found(project: Project) -> None:
    """Made without the gate, by setting the variable by hand."""
    folder = prepared(project)
    plan = ("terraform", "plan", "-var=label=two", "-target=terraform_data.item0", "-out=my.plan")
    assert project.run(*plan, cwd=folder, environ={ENVIRONMENT_VARIABLE: STACK}).returncode == 0
    done = project.run(GATE, "apply", "my.plan", cwd=folder)
    assert done.returncode == 1
    assert "made with -target or -exclude" in " ".join(done.stderr.split())
    acknowledge(project, done.stderr)
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 0


@pytest.mark.parametrize("option", ["-target=terraform_data.item0", "-refresh=false", "-lock=false"])
def test_partial_plan_without_changes_needs_an_acknowledgement(project: Project, option: str) -> None:
    """It does not show that the stack is up to date: the other items have changes."""
    folder = prepared(project, count=2)
    for arguments in ((GATE, "plan", option), (GATE, "apply", "-auto-approve", option)):
        done = project.run(*arguments, cwd=folder)
        assert done.returncode == 1
        assert "CLEAN" not in done.stderr
        assert f"the plan was made with {option}" in " ".join(done.stderr.split())
    acknowledge(project, done.stderr)
    other = project.run(GATE, "apply", "-auto-approve", "-target=terraform_data.item1", cwd=folder)
    assert other.returncode == 1, "an acknowledgement covers the options that were shown"
    again = project.run(GATE, "apply", "-auto-approve", option, cwd=folder)
    assert again.returncode == 0, again.stderr


def test_plan_in_dev_needs_no_acknowledgement(project: Project) -> None:
    dev = prepared(project, tier="dev", count=1)
    for variable in ("-var=label=one", "-var=label=two"):
        done = project.run(GATE, "apply", "-auto-approve", variable, "-target=terraform_data.item0", cwd=dev)
        assert done.returncode == 0, done.stderr


def test_small_partial_applies_count_together(project: Project) -> None:
    """Two and four replacements pass the limit of five; after them, no third plan does."""
    folder = prepared(project)
    for items in (NAMES[:2], NAMES[2:4]):
        options = [f"-replace=terraform_data.{item}" for item in items]
        done = project.run(GATE, "apply", "-auto-approve", *options, cwd=folder)
        assert done.returncode == 1
        assert "LK_PLAN_7" not in done.stderr
        acknowledge(project, done.stderr)
        assert project.run(GATE, "apply", "-auto-approve", *options, cwd=folder).returncode == 0
    assert [record.removed for record in recorded(project) if record.applied] == [0, 2, 2]
    options = [f"-replace=terraform_data.{item}" for item in NAMES[4:]]
    done = project.run(GATE, "apply", "-auto-approve", *options, cwd=folder)
    assert done.returncode == 1
    text = " ".join(done.stderr.split())
    assert "6 resources are deleted or replaced, with 4 by partial applies within 24 hours, over 5" in text


def test_old_partial_applies_do_not_count(project: Project) -> None:
    folder = prepared(project)
    options = [f"-replace=terraform_data.{item}" for item in NAMES[:4]]
    acknowledge(project, project.run(GATE, "apply", "-auto-approve", *options, cwd=folder).stderr)
    assert project.run(GATE, "apply", "-auto-approve", *options, cwd=folder).returncode == 0
    file = project.root / ".lakekit/plans.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line in lines:
        if "applied" in line:
            line["applied"]["at"] = "2026-01-01T00:00:00.000+00:00"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = project.run(GATE, "plan", *options, cwd=folder)
    assert "LK_PLAN_7" not in done.stderr
    assert "LK_PLAN_9" in done.stderr


def test_unreadable_records_stop_a_plan_that_deletes(project: Project, folder: Path) -> None:
    project.reject_plan(folder)
    assert DELETION["change"]["actions"] == ["delete"]
    (project.root / ".lakekit/plans.jsonl").mkdir(parents=True)
    done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert done.returncode == 3
    assert "Nothing was applied" in done.stderr
