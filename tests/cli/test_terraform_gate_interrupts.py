"""Tests of `lakekit-terraform` with interrupts, killed processes and locked state."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from cli_project import Project, applied, leftovers, wait_for

GATE = "lakekit-terraform"


def test_stack_that_is_being_applied_is_locked(project: Project) -> None:
    folder = project.synthesized("dev-one", thing=_slow("", seconds=8))
    first = project.start(GATE, "apply", "-auto-approve", cwd=folder)
    wait_for(folder / "started")
    second = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert second.returncode == 7
    assert "stack dev-one is in use by `lakekit-terraform apply`" in second.stderr
    assert first.wait(60) == 0
    assert applied(project)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_apply_keeps_state_and_can_be_repeated(project: Project, number: signal.Signals) -> None:
    folder = project.synthesized("dev-one", quick={"input": "q"}, thing=_slow("q"))
    run = project.start(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    wait_for(folder / "started")
    for _ in range(3):  # cdktf and the terminal often send several
        run.send_signal(number)
        time.sleep(0.1)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "dev-one: partly applied; 1 of 2 changes are complete" in output
    assert "Interrupt received" in output
    assert "Two interrupts received" not in output
    assert "terraform_data.quick" in project.state("dev-one")
    assert leftovers(folder) == []
    (folder / "quick").touch()
    again = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=folder).returncode == 0


def test_killed_gate_lets_terraform_finish(project: Project) -> None:
    folder = project.synthesized("dev-one", thing=_slow("", seconds=3))
    run = project.start(GATE, "apply", "-auto-approve", cwd=folder)
    wait_for(folder / "started")
    run.kill()
    run.wait(10)
    wait_for(folder / "ended")
    again = project.run(GATE, "apply", "-auto-approve", "-lock-timeout=20s", cwd=folder)
    assert again.returncode == 0, again.stderr
    assert leftovers(folder) == []
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=folder).returncode == 0


def test_interrupt_during_evaluation_stops_the_apply(project: Project, folder: Path) -> None:
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text('#!/bin/sh\ncase "$1" in show) touch evaluating; sleep 5;; esac\nexec terraform "$@"\n')
    run = project.start(GATE, "apply", "-auto-approve", cwd=folder)
    wait_for(folder / "evaluating")
    run.send_signal(signal.SIGINT)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "Nothing was applied" in output
    assert not applied(project)


def _slow(after: str, seconds: int = 30) -> dict[str, object]:
    """Return a resource whose creation is slow unless a file `quick` exists."""
    command = f"touch started; test -e quick || sleep {seconds}; touch ended"
    needs = ["terraform_data.quick"] if after else []
    return {"input": "slow", "depends_on": needs, "provisioner": [{"local-exec": {"command": command}}]}
