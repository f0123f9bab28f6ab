"""Output of deploy, destroy and plan: progress, table, logs, failures and approvals."""

from __future__ import annotations

import json
import re
import socket
import stat
import time
from pathlib import Path

import pytest
from cli_project import Project

from lakekit_cli.run_output.approvals import ApprovalServer
from lakekit_cli.run_output.closing import closing_lines
from lakekit_cli.run_output.display import LINE_CHARACTERS, RunDisplay, print_failures
from lakekit_cli.run_output.logs import KEPT_RUNS, Follower, RunLogs
from lakekit_cli.run_output.progress import StackProgress, Status, planned_counts
from lakekit_cli.state.outcome import ApplyOutcome, Outcome
from lakekit_cli.terraform_gate.approval import NoInputError
from lakekit_cli.terraform_gate.phase_record import Phase
from lakekit_cli.terraform_gate.run_approval import APPROVALS_VARIABLE, request_approval
from nonempty import nonempty

LAKEKIT = "lakekit"
DEPLOY = (LAKEKIT, "deploy", "dev", "--auto-approve")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NOISE = ("Initializing provider plugins", "has been successfully initialized", "[ERROR] default", "Stacks waiting")


def logs_of(project: Project) -> Path:
    """Return the logs of the last run."""
    return sorted((project.root / ".lakekit/logs").iterdir())[-1]


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of the table of stacks."""
    return {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.startswith(" dev-")}


# -- without a terminal ---------------------------------------------------------------------------------------------


def test_run_in_a_pipe_prints_plain_lines_and_a_table(dev: Project) -> None:
    done = dev.run(*DEPLOY, environ={"FORCE_COLOR": "0"})
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    first = [lines.index(f"dev-one: {step}") for step in ("init", "plan", "gate")]
    assert first == sorted(first)
    assert any(re.fullmatch(r"dev-one: done, 1 added, 0 changed, 0 destroyed, \d+\.\d s", line) for line in lines)
    assert {name: row[:4] for name, row in rows(done.stdout).items()} == {
        name: ["done", "1", "0", "0"] for name in ("dev-one", "dev-two")
    }
    assert CONTROL.search(done.stdout + done.stderr) is None
    for noise in NOISE:
        assert noise not in done.stdout + done.stderr
    again = dev.run(*DEPLOY)
    assert {row[0] for row in nonempty(rows(again.stdout).values())} == {"unchanged"}
    gone = dev.run(LAKEKIT, "destroy", "dev", "--auto-approve")
    assert {tuple(row[:4]) for row in nonempty(rows(gone.stdout).values())} == {("done", "0", "0", "1")}


def test_logs_contain_the_output_and_are_private(dev: Project) -> None:
    done = dev.run(*DEPLOY)
    logs = logs_of(dev)
    assert f"logs: {logs}" in done.stderr
    log = (logs / "dev-one.log").read_text()
    for text in ("successfully initialized", "Plan: 1 to add", "CLEAN", "Apply complete! Resources: 1 added"):
        assert text in log
    assert "\x1b" not in log
    assert stat.S_IMODE(logs.stat().st_mode) == 0o700
    for file in nonempty(list(logs.iterdir())):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_failing_stack_shows_its_last_lines(dev: Project) -> None:
    dev.stack("dev-bad", thing={"input": "x", "lifecycle": {"precondition": [
        {"condition": "${var.label == \"two\"}", "error_message": "one is not two"}]}})  # fmt: skip
    done = dev.run(*DEPLOY)
    assert done.returncode == 1
    after = done.stderr.partition("dev-bad: failed")[2]
    assert "one is not two" in after
    assert f"Log: {logs_of(dev) / 'dev-bad.log'}" in after
    assert rows(done.stdout)["dev-bad"][0] == "failed"


def test_rejected_plan_shows_the_report(dev: Project) -> None:
    dev.reject_plan(dev.root / "prepared/stacks/dev-one")
    done = dev.run(*DEPLOY)
    assert done.returncode == 1
    assert "LK_PLAN_1" in done.stderr
    assert "lakekit gate acknowledge" in done.stderr
    table = rows(done.stdout)
    assert table["dev-one"][0] == "rejected"
    assert table["dev-two"][:2] == ["not", "started"]


def test_error_of_cdktf_is_shown(dev: Project) -> None:
    done = dev.run(*DEPLOY, "--stack", "{nothing,none}")
    assert done.returncode == 1
    assert "dev-{nothing,none}" in done.stderr
    assert "cdktf.log" in done.stderr


def test_outcome_as_json(dev: Project) -> None:
    done = dev.run(*DEPLOY, "--format", "json")
    outcome = json.loads(done.stdout)
    assert outcome["exit_code"] == 0
    assert [(one["name"], one["status"]) for one in outcome["stacks"]] == [("dev-one", "done"), ("dev-two", "done")]
    assert outcome["stacks"][0]["applied"] == {"added": 1, "changed": 0, "destroyed": 0}
    planned = json.loads(dev.run(LAKEKIT, "plan", "dev", "--format", "json").stdout)
    assert [(one["stack"], one["create"], one["gate"]) for one in planned["stacks"]] == [
        ("dev-one", 0, "clean"), ("dev-two", 0, "clean"),
    ]  # fmt: skip


def test_logs_of_the_last_runs_are_kept(tmp_path: Path) -> None:
    made = [RunLogs.create(tmp_path, "deploy-dev").folder for _ in range(KEPT_RUNS + 3)]
    assert sorted((tmp_path / "logs").iterdir()) == made[-KEPT_RUNS:]


# -- on a terminal --------------------------------------------------------------------------------------------------


def test_terminal_shows_live_lines_and_is_restored(dev: Project) -> None:
    slow = {"provisioner": [{"local-exec": {"command": "sleep 1"}}]}
    dev.stack("dev-two", needs=["dev-one"], thing=slow)  # the apply is shown for several updates of the screen
    terminal = dev.terminal(*DEPLOY)
    terminal.expect("dev-one  plan")
    terminal.expect("dev-two  apply")
    assert terminal.code() == 0
    assert terminal.raw.rindex("\x1b[?25h") > terminal.raw.rindex("\x1b[?25l"), "the cursor is shown again"
    for noise in NOISE:
        assert noise not in terminal.shown


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_plain_terminal(dev: Project, environ: dict[str, str]) -> None:
    terminal = dev.terminal(*DEPLOY, environ=environ)
    assert terminal.code() == 0, terminal.shown
    assert re.search(r"\x1b\[[0-9;]*m", terminal.raw) is None
    assert ("\x1b" in terminal.raw) == ("NO_COLOR" in environ), "TERM=dumb has no cursor moves"


def test_each_plan_is_approved(dev: Project) -> None:
    terminal = dev.terminal(LAKEKIT, "deploy", "dev")
    for name in ("dev-one", "dev-two"):
        terminal.expect("Plan: 1 to add")
        terminal.expect(f"Apply these changes in {name} (1 to add, 0 to change, 0 to destroy)? Only 'yes' approves:")
        terminal.press("yes\r")
    assert terminal.code() == 0, terminal.shown
    assert dev.state("dev-two")


@pytest.mark.parametrize("answer", ["y\r", "\x04"])
def test_every_other_answer_declines(dev: Project, answer: str) -> None:
    terminal = dev.terminal(LAKEKIT, "deploy", "dev")
    terminal.expect("Only 'yes' approves:")
    terminal.press(answer)
    assert terminal.code() == 1, terminal.shown
    assert "not approved" in terminal.shown
    assert not dev.state("dev-one")


def test_text_typed_before_the_question_is_no_approval(project: Project) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    terminal = project.terminal("lakekit", "deploy", "dev")
    terminal.press(*"yes\r")
    terminal.expect("Only 'yes' approves:")
    terminal.press(*"no\r")
    assert terminal.code() != 0
    assert project.state("dev-one") == []


def test_interrupt_at_the_question_applies_nothing(dev: Project) -> None:
    terminal = dev.terminal(LAKEKIT, "deploy", "dev")
    terminal.expect("Only 'yes' approves:")
    terminal.press("\x03")
    assert terminal.code() == 130, terminal.shown
    assert not dev.state("dev-one")
    assert "Traceback" not in terminal.shown


def test_interrupt_ends_with_the_table_and_restores_the_terminal(dev: Project) -> None:
    shim = Path(dev.environ["LAKEKIT_TERRAFORM"])
    shim.write_text('#!/bin/sh\ncase "$1" in apply) sleep 3;; esac\nexec terraform "$@"\n')
    terminal = dev.terminal(*DEPLOY)
    terminal.expect("dev-one  apply")
    terminal.press("\x03")
    assert terminal.code() == 130, terminal.shown
    assert "\x1b[?25h" in terminal.raw[terminal.raw.rindex("\x1b[?25l") :]
    assert " dev-one " in terminal.shown.rpartition("total s")[2]
    assert " dev-two   not started" in terminal.shown
    assert not dev.state("dev-two")


# -- approvals ------------------------------------------------------------------------------------------------------


def test_only_the_server_approves(tmp_path: Path) -> None:
    with pytest.raises(NoInputError):
        request_approval("dev-one", "apply", {APPROVALS_VARIABLE: str(tmp_path / "none")})
    with ApprovalServer() as server:
        path = Path(server.variables[APPROVALS_VARIABLE])
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert not path.parent.exists()


@pytest.mark.parametrize("request_line", [b"", b"{}\n", b"[]\n", b"\xff\n", b'{"stack": "a"}\n'])
def test_invalid_requests_are_declined(request_line: bytes) -> None:
    asked: list[str] = []
    with ApprovalServer() as server, socket.socket(socket.AF_UNIX) as client:
        client.connect(server.variables[APPROVALS_VARIABLE])
        client.sendall(request_line)
        client.shutdown(socket.SHUT_WR)
        server.answer(lambda stack, _kind: bool(asked.append(stack)) or True)
        assert client.recv(100) == b"declined\n"
    assert asked == []


# -- progress ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "applied"),
    [
        ("aws_s3_bucket.a: Creation complete after 2s [id=x]", (1, 0, 0)),
        ('aws_s3_bucket.a["x y"]: Modifications complete after 1m2s', (0, 1, 0)),
        ("module.a.aws_s3_bucket.a (deposed object 1): Destruction complete after 0s", (0, 0, 1)),
        ("terraform_data.a (local-exec): x: Creation complete after 2s", (0, 0, 0)),
        ("  aws_s3_bucket.a: Creation complete after 2s", (0, 0, 0)),
        ("Apply complete! Resources: 3 added, 2 changed, 1 destroyed.", (3, 2, 1)),
        ("Apply complete! Resources: 4 imported, 3 added, 2 changed, 1 destroyed.", (3, 2, 1)),
        ("Destroy complete! Resources: 7 destroyed.", (0, 0, 7)),
    ],
)
def test_changes_are_counted_from_the_messages_of_terraform(line: str, applied: tuple[int, int, int]) -> None:
    stack = StackProgress("dev-one")
    stack.read(line)
    assert tuple(stack.applied.values()) == applied


def test_stack_that_fails_after_some_changes_is_partly_applied() -> None:
    stack = StackProgress("dev-one")
    changes = {"create": 2, "update": 0, "replace": 1, "delete": 0}
    stack.record(Phase("dev-one", "gate", 1.0, 0, time.time(), changes))
    assert stack.planned == planned_counts(changes) == {"added": 3, "changed": 0, "destroyed": 1}
    stack.record(Phase("dev-one", "apply", running=True, started=time.time()))
    stack.read("a.b: Creation complete after 2s")
    stack.finish(1)
    assert stack.status is Status.FAILED
    assert stack.partly_applied


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        (1, "dev-one: not applied; the gate rejected the plan."),
        (3, "dev-one: not applied; the gate could not evaluate the plan."),
        (130, "dev-one: not applied; it was interrupted before the apply."),
    ],
)
def test_a_plan_is_rejected_only_by_the_gate(code: int, statement: str) -> None:
    stack = StackProgress("dev-one")
    stack.record(Phase("dev-one", "gate", 1.0, code, time.time()))
    stack.finish(code, interrupted=code == 130)
    assert statement in closing_lines([stack], "lakekit deploy dev")


def test_closing_statement_is_shown_in_full(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tainted = tuple(f"aws_glue_catalog_table.Table{number}" for number in range(40))
    statement = ApplyOutcome(Outcome.PARTLY_APPLIED, 3, 43, tainted).statement("dev-one")
    quoted = f'│   12:       "policy": "{"x" * 1000}",'
    logs, stack = RunLogs(tmp_path), StackProgress("dev-one")
    logs.stack("dev-one").write_text(f"│ Error: denied\n{quoted}\n\n{statement}\n")
    stack.record(Phase("dev-one", "apply", running=True, started=time.time()))
    stack.finish(1)
    print_failures([stack], logs)
    shown = capsys.readouterr().err
    assert len(statement) > LINE_CHARACTERS
    assert statement in shown
    assert f"{quoted[:LINE_CHARACTERS]} …" in shown


def test_skipped_stack_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    display, stack = RunDisplay(RunLogs(tmp_path)), StackProgress("dev-one")
    for running in (True, False):
        stack.record(Phase("dev-one", "skip", started=time.time() - 5, running=running))
        display.update([stack])
    assert capsys.readouterr().err == "dev-one: skipped\n"


def test_follower_returns_complete_lines(tmp_path: Path) -> None:
    file = tmp_path / "log"
    follower = Follower(file)
    assert follower.lines() == []
    file.write_bytes(b"one\ntw")
    assert follower.lines() == ["one"]
    with file.open("ab") as stream:
        stream.write(b"o\n\xff\n")
    assert follower.lines() == ["two", "\ufffd"]


def test_interrupted_approval_of_the_gate_has_its_code(project: Project) -> None:
    folder = project.synthesized("dev-one")
    terminal = project.terminal("lakekit-terraform", "apply", cwd=folder)
    terminal.expect("Enter a value:")
    terminal.press("\x03")
    assert terminal.code() == 130
    assert "Interrupted. Nothing was applied." in terminal.shown
