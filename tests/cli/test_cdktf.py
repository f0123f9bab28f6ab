"""Tests of the gate inside the cdktf CLI: allow, reject, approve, dismiss, destroy."""

from __future__ import annotations

import pytest
from cli_project import Project, wait_for

CDKTF = "node_modules/.bin/cdktf"


@pytest.fixture
def bare(project: Project) -> Project:
    """A project with two stacks and the variables for calling cdktf directly."""
    project.environment("dev")
    project.stack("dev-one")
    project.stack("dev-two", needs=["dev-one"])
    project.environ |= {"TERRAFORM_BINARY_NAME": "lakekit-terraform", "CHECKPOINT_DISABLE": "1"}
    return project


def reject_plan(project: Project, name: str) -> None:
    project.reject_plan(project.root / "prepared/stacks" / name)


def test_approved_plans_are_applied_in_order(bare: Project) -> None:
    done = bare.run(CDKTF, "deploy", "dev-*", "--auto-approve", "--skip-provider-lock", environ={"CI": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("CLEAN") == 2
    assert bare.state("dev-one")
    assert bare.state("dev-two")


def test_rejected_plan_stops_the_deploy(bare: Project) -> None:
    reject_plan(bare, "dev-one")
    done = bare.run(CDKTF, "deploy", "dev-*", "--auto-approve", "--skip-provider-lock", environ={"CI": "1"})
    assert done.returncode != 0
    assert "Nothing was applied" in done.stdout
    assert not bare.state("dev-one")
    assert not bare.state("dev-two"), "it depends on the rejected stack"


def test_cdktf_relays_an_approval(bare: Project) -> None:
    terminal = bare.terminal(CDKTF, "deploy", "dev-one", "--skip-provider-lock")
    terminal.expect("Please review the diff output above")
    assert "Plan: 1 to add" in terminal.shown
    assert "CLEAN" in terminal.shown
    terminal.press("\r")  # Approve is the first choice
    assert terminal.code() == 0, terminal.shown
    assert "Apply complete!" in terminal.shown
    assert bare.state("dev-one")


def test_cdktf_relays_a_dismissal(bare: Project) -> None:
    terminal = bare.terminal(CDKTF, "deploy", "dev-one", "--skip-provider-lock")
    terminal.expect("Please review the diff output above")
    terminal.press("\x1b[B", "\r")
    terminal.code()
    assert "Apply complete!" not in terminal.shown
    assert not bare.state("dev-one")


def test_destroy_asks_for_approval(bare: Project) -> None:
    bare.run(CDKTF, "deploy", "dev-one", "--auto-approve", "--skip-provider-lock", environ={"CI": "1"})
    assert bare.state("dev-one")
    terminal = bare.terminal(CDKTF, "destroy", "dev-one", "--ignore-missing-stack-dependencies")
    terminal.expect("Please review the diff output above")
    terminal.press("\r")
    assert terminal.code() == 0, terminal.shown
    assert not bare.state("dev-one")


def test_diff_is_evaluated(bare: Project) -> None:
    reject_plan(bare, "dev-one")
    done = bare.run(CDKTF, "diff", "dev-one", "--skip-provider-lock", environ={"CI": "1"})
    assert done.returncode != 0
    assert not (bare.root / "cdktf.out/stacks/dev-one/plan").exists()


def test_interrupt_is_forwarded_once_and_next_run_succeeds(bare: Project) -> None:
    slow = {"provisioner": [{"local-exec": {"command": "touch started; test -e quick || sleep 30"}}]}
    bare.stack("dev-one", quick={"input": "q"}, thing=slow | {"depends_on": ["terraform_data.quick"]})
    terminal = bare.terminal(CDKTF, "deploy", "dev-one", "--auto-approve", "--skip-provider-lock")
    working = bare.root / "cdktf.out/stacks/dev-one"
    wait_for(working / "started")
    terminal.press("\x03")
    terminal.code()
    assert "Two interrupts received" not in terminal.shown
    assert "terraform_data.quick" in bare.state("dev-one")
    (working / "quick").touch()
    again = bare.run("lakekit-terraform", "apply", "-auto-approve", "-lock-timeout=40s", cwd=working)
    assert again.returncode == 0, again.stderr
    assert bare.run("lakekit-terraform", "plan", "-detailed-exitcode", cwd=working).returncode == 0
