"""Closing statements of destroy, of refused stacks and of plans that were not evaluated; records of killed runs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from botocore.exceptions import NoCredentialsError
from cli_project import Project

from lakekit_cli.aws.errors import AwsSetupError
from lakekit_cli.commands.interrupts import nothing_applied_if_interrupted
from lakekit_cli.commands.run_context import RunContext, record_phases
from lakekit_cli.run_output.cdktf_log import messages_of
from lakekit_cli.run_output.closing import closing_lines
from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.smoke.roundtrip import _as_smoke_error
from lakekit_cli.state.outcome import ApplyOutcome, Outcome
from lakekit_cli.terraform_gate.phase_record import ORDER_PHASE, RECORD_VARIABLE, Phase, PhaseRecorder, read_phases
from lakekit_cli.terraform_gate.run_order import RunOrderError


def test_closing_statement_of_destroy_says_destroyed() -> None:
    one = StackProgress("dev-one", status=Status.DONE)
    two = StackProgress("dev-two", status=Status.FAILED, outcome=Outcome.PARTLY_APPLIED, complete=1, changes=2)
    three = StackProgress("dev-three", status=Status.FAILED, outcome=Outcome.NOT_APPLIED)
    four = StackProgress("dev-four", status=Status.REJECTED, code=1)
    lines = closing_lines([one, two, three, four], "lakekit destroy dev", destroys=True)
    assert [line.partition(";")[0] for line in lines[1:5]] == [
        "dev-one: destroyed.",
        "dev-two: partly destroyed",
        "dev-three: not destroyed",
        "dev-four: not destroyed",
    ]


def test_apply_with_all_changes_is_not_called_partial() -> None:
    """Terraform was ended while it saved the outputs."""
    all_complete = ApplyOutcome(Outcome.PARTLY_APPLIED, complete=2, planned=2)
    assert all_complete.statement("dev-one", interrupted=True) == (
        "dev-one: applied, but Terraform did not end regularly; 2 of 2 changes are complete and in the state. "
        "Run the command again."
    )


def test_stack_interrupted_during_init_has_not_failed() -> None:
    stack = StackProgress("dev-one")
    stack.record(Phase("dev-one", "init", code=130))
    stack.finish(130, interrupted=True)
    assert (
        closing_lines([stack], "lakekit deploy dev")[1] == "dev-one: not applied; it was interrupted before the apply."
    )


@pytest.mark.parametrize(("code", "reason"), [(1, "the gate rejected"), (3, "the gate could not evaluate")])
def test_plan_that_was_not_evaluated_was_not_rejected(code: int, reason: str) -> None:
    stack = StackProgress("dev-one")
    stack.record(Phase("dev-one", "gate", code=code))
    stack.finish(code)
    assert closing_lines([stack], "lakekit deploy dev")[1] == f"dev-one: not applied; {reason} the plan."


@pytest.mark.parametrize(("interrupted", "status"), [(True, Status.NOT_STARTED), (False, Status.FAILED)])
def test_stack_refused_after_an_interrupt_was_not_started(tmp_path: Path, interrupted: bool, status: Status) -> None:
    record = tmp_path / "run.jsonl"
    with pytest.raises(RunOrderError), PhaseRecorder("dev-one", {RECORD_VARIABLE: str(record)}).blocked(ORDER_PHASE):
        raise RunOrderError("dev-two must be destroyed first")
    stack = StackProgress("dev-one")
    for phase in (*read_phases(record), Phase("dev-one", "run", code=1)):
        stack.record(phase)
    stack.finish(1, interrupted=interrupted)
    assert stack.status is status
    lines = closing_lines([stack], "lakekit destroy dev", destroys=True)
    assert lines[1] == "dev-one: not destroyed; it was not started."


def test_records_of_killed_runs_are_removed(dev: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(dev.root)
    data = dev.root / ".lakekit"
    data.mkdir(exist_ok=True)
    ended = subprocess.Popen(["true"])
    ended.wait()
    killed, running = data / f"run-{ended.pid}-x.jsonl", data / f"run-{os.getpid()}-x.jsonl"
    killed.touch()
    running.touch()
    with record_phases(RunContext.create("dev", verbose=False)) as (_, record):
        assert record.name.startswith(f"run-{os.getpid()}-")
        assert not killed.exists()
        assert running.exists()


def test_interrupted_synthesis_says_that_nothing_was_applied(dev: Project) -> None:
    settings = json.loads((dev.root / "cdktf.json").read_text())
    (dev.root / "cdktf.json").write_text(json.dumps({**settings, "app": "kill -INT $$"}))
    done = dev.run("lakekit", "deploy", "dev", "--auto-approve")
    assert done.returncode == 130
    assert "Interrupted: the stacks were not synthesized, and nothing was applied." in done.stderr


def test_interrupt_before_terraform_says_that_nothing_was_applied(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), nothing_applied_if_interrupted():
        raise KeyboardInterrupt
    assert "Nothing was applied" in capsys.readouterr().err


def test_smoke_without_credentials_has_the_fix_of_other_commands() -> None:
    error = _as_smoke_error(NoCredentialsError(), "curated", "orders")
    assert isinstance(error, AwsSetupError)
    assert error.where == "curated.orders"
    other = _as_smoke_error(OSError("no route"), "curated", "orders")
    assert other.where
    assert other.fix


def test_messages_of_cdktf_are_shown_without_its_logger_and_spinner() -> None:
    text = (
        "\u2819 Synthesizing\n[2026-11-28T05:20:11.123] [ERROR] default - ERROR: synthesis failed, because app was "
        "expected to call 'synth()'\n\n  at its first line\n"
    )
    assert messages_of(text) == [
        "synthesis failed, because app was expected to call 'synth()'",
        "  at its first line",
    ]


@pytest.mark.parametrize("fails", [True, False])
def test_statements_are_printed_if_the_table_cannot_be(project: Project, fails: bool) -> None:
    """Standard output is a file on a full disk."""
    project.environment("dev")
    failing = {"provisioner": [{"local-exec": {"command": "exit 1"}}]} if fails else {}
    project.stack("dev-one", thing=failing)
    done = project.run("bash", "-c", "lakekit deploy dev --auto-approve >/dev/full")
    assert done.returncode == (1 if fails else 4), done.stderr
    statement = "dev-one: partly applied" if fails else "dev-one: applied."
    assert statement in done.stderr
    assert ("Next:\n  lakekit deploy dev" in done.stderr) == fails
    assert ("Where: standard output" in done.stderr) != fails
