"""Interrupted and failed runs: exit code, one closing statement per stack, and what they have used."""

from __future__ import annotations

import json
import re
import signal
import time
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from cli_project import Project, wait_for

from lakekit_cli.run_output.closing import closing_lines
from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.state.diagnostics import printed_diagnostics
from lakekit_cli.state.outcome import ApplyOutcome, Outcome, compare, outcome_after
from lakekit_cli.state.unanswered import unanswered_operations
from lakekit_cli.terraform_gate.arguments import parse
from lakekit_cli.terraform_gate.phase_record import RECORD_VARIABLE, Phase, PhaseRecorder, read_phases
from lakekit_cli.terraform_gate.run_order import STACKS_VARIABLE, RunOrderError, require_predecessors

GATE = "lakekit-terraform"


def waiting(project: Project, seconds: int = 60) -> dict[str, Any]:
    """Return a resource whose creation takes long."""
    command = f"touch {project.root}/started; sleep {seconds}"
    return {"depends_on": ["terraform_data.quick"], "provisioner": [{"local-exec": {"command": command}}]}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_deploy_states_what_was_applied(project: Project, number: signal.Signals) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    project.stack("dev-two", needs=["dev-one"], quick={}, slow=waiting(project))
    project.stack("dev-three", needs=["dev-two"], quick={})
    run = project.start("lakekit", "deploy", "dev", "--auto-approve")
    wait_for(project.root / "started")
    for _ in range(2):
        run.send_signal(number)
        time.sleep(0.2)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    closing = output[output.rindex("dev-one: ") :]
    assert closing.splitlines()[:3] == [
        "dev-one: applied.",
        "dev-two: partly applied; 1 of 2 changes are complete and in the state. Run the command again for the rest.",
        "dev-three: not applied; it was not started.",
    ]
    assert "Next:\n  lakekit deploy dev" in closing
    assert "terraform_data.quick" in project.state("dev-two")
    assert project.state("dev-three") == []
    folder = project.root / "cdktf.out/stacks/dev-two"
    assert project.run("terraform", "plan", "-lock-timeout=0s", cwd=folder).returncode == 0, "the state is unlocked"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_of_lakekit_alone_during_synth(project: Project, number: signal.Signals) -> None:
    project.environment("dev")
    folder = project.stack("dev-one", quick={})
    settings = project.root / "cdktf.json"
    app = json.loads(settings.read_text())["app"]
    # A shell that waits for its program, as in `sh -c "npm ci && python main.py"`.
    slow = "touch started; sleep 5; true"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "app": f"{slow} && {app}"}))
    run = project.start("lakekit", "deploy", "dev", "--auto-approve")
    wait_for(project.root / "started")
    run.send_signal(number)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "othing was applied" in output
    assert not folder.exists() or project.state("dev-one") == []


def test_outcome_of_a_killed_terraform_is_unknown(project: Project) -> None:
    folder = project.synthesized("dev-one", quick={})
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    # Terraform dies before it has saved what it did.
    shim.write_text('#!/bin/sh\n[ "$1" = apply ] && kill -9 $$\nexec terraform "$@"\n')
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 137
    assert "dev-one: unknown, because" in done.stderr
    assert "Resources can exist that the state does not contain." in done.stderr


@pytest.mark.parametrize("phase", ["plan", "apply"])
def test_killed_process_fails_the_run_and_stops_dependents(project: Project, phase: str) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    project.stack("dev-two", needs=["dev-one"], quick={})
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    # Only the first stack: `lakekit-terraform` is the parent of the shim.
    kill = f'case "$1/$PWD" in {phase}/*dev-one) kill -9 $PPID; sleep 1;; esac'
    shim.write_text(f'#!/bin/sh\n{kill}\nexec terraform "$@"\n')
    done = project.run("lakekit", "deploy", "dev", "--auto-approve", "--format", "json")
    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    assert document["exit_code"] == 1
    assert document["stacks"][0]["status"] == "failed"
    assert document["stacks"][0]["outcome"] == "unknown"
    assert project.state("dev-two") == []
    assert "dev-one must be applied first and has no record of success in this run" in done.stderr
    assert "dev-one: unknown, because" in done.stderr
    assert "dev-two: not applied; " in done.stderr
    assert "Next:\n  lakekit-terraform -chdir=cdktf.out/stacks/dev-one plan\n  lakekit deploy dev" in done.stderr


@pytest.mark.parametrize(
    ("verb", "stack", "records", "refused"),
    [
        ("apply", "dev-two", [], True),
        ("apply", "dev-two", [("apply", 0, True)], True),
        ("apply", "dev-two", [("apply", 0, True), ("apply", 1, False)], True),
        ("apply", "dev-two", [("run", 0, False)], True),
        ("apply", "dev-two", [("apply", 0, False)], False),
        ("apply", "dev-two", [("skip", 0, False)], False),
        ("apply", "dev-one", [], False),
        ("destroy", "dev-two", [], False),
    ],
)
def test_stack_needs_a_record_of_its_predecessors(
    tmp_path: Path, verb: str, stack: str, records: list[tuple[str, int, bool]], refused: bool
) -> None:
    stacks = {"dev-one": {"dependencies": []}, "dev-two": {"dependencies": ["dev-one"]}}
    (tmp_path / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    record = tmp_path / "run.jsonl"
    phases = [Phase("dev-one", name, code=code, running=running) for name, code, running in records]
    record.write_text("".join(json.dumps(asdict(phase)) + "\n" for phase in phases))
    environ = {RECORD_VARIABLE: str(record), STACKS_VARIABLE: "dev-one,dev-two"}
    arguments = (parse([verb], {}), stack, tmp_path / "stacks" / stack)
    with pytest.raises(RunOrderError, match="dev-one must be applied") if refused else nullcontext():
        require_predecessors(*arguments, environ)
    require_predecessors(*arguments, {})


def test_destroy_needs_a_record_of_the_stacks_that_depend_on_it(tmp_path: Path) -> None:
    stacks = {"dev-one": {"dependencies": []}, "dev-two": {"dependencies": ["dev-one"]}}
    (tmp_path / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    (tmp_path / "run.jsonl").touch()
    environ = {RECORD_VARIABLE: str(tmp_path / "run.jsonl"), STACKS_VARIABLE: "dev-one,dev-two"}
    with pytest.raises(RunOrderError, match="dev-two must be destroyed first"):
        require_predecessors(parse(["destroy"], {}), "dev-one", tmp_path / "stacks/dev-one", environ)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(RunOrderError, match="cannot be read"):
        require_predecessors(parse(["destroy"], {}), "dev-two", tmp_path / "stacks/dev-two", environ)


def test_phase_that_raises_is_no_success(tmp_path: Path) -> None:
    recorder = PhaseRecorder("dev-one", {RECORD_VARIABLE: str(tmp_path / "run.jsonl")})
    with pytest.raises(OSError, match="full"), recorder.phase("apply"):
        raise OSError("full")
    assert [phase.code for phase in read_phases(tmp_path / "run.jsonl")] == [1]


def test_interrupted_plan_has_changed_nothing(project: Project, folder: Path) -> None:
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text('#!/bin/sh\ncase "$1" in plan) touch planning; sleep 30;; esac\nexec terraform "$@"\n')
    run = project.start(GATE, "apply", "-auto-approve", cwd=folder)
    wait_for(folder / "planning")
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode == 130
    assert project.state("dev-one") == []


@pytest.fixture
def acknowledged(project: Project) -> Project:
    """A project with an acknowledged deletion of many resources; applies run the script `fail` if it exists."""
    many = {f"r{number}": {} for number in range(30)}
    folder = project.synthesized("dev-one", **many)
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    file = folder / "cdk.tf.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"resource": {"terraform_data": {"r0": {}}}}))
    rejected = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert rejected.returncode == 1
    found = re.search(r"lakekit gate acknowledge (\w+)", rejected.stderr)
    assert found, rejected.stderr
    reason = "the resources of this test are not needed"
    assert project.run("lakekit", "gate", "acknowledge", found[1], "--reason", reason).returncode == 0
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    fail = 'if [ "$1" = apply ] && [ -e fail ]; then sh ./fail; exit 1; fi\n'
    shim.write_text(f'#!/bin/sh\n{fail}exec terraform "$@"\n')
    return project


def test_acknowledgement_is_not_used_by_an_apply_that_changes_nothing(acknowledged: Project) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    (folder / "fail").write_text("echo expired credentials >&2\n")
    failed = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert failed.returncode == 1
    assert "dev-one: not applied; nothing was changed." in failed.stderr
    (folder / "fail").unlink()
    done = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert acknowledged.state("dev-one") == ["terraform_data.r0"]


def with_margin(diagnostic: str) -> str:
    """A diagnostic as Terraform prints it with colours."""
    margin = "".join(f"\x1b[31m│\x1b[0m {line}\n" for line in diagnostic.strip("\n").split("\n"))
    return f"\x1b[31m╷\x1b[0m\n{margin}\x1b[31m╵\x1b[0m\n"


def test_expired_credentials_are_named(acknowledged: Project) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    error = "waiting for MSK Cluster: api error ExpiredTokenException: The security token included in the request"
    (folder / "fail").write_text(f"cat >&2 <<'E'\n{with_margin(f'Error: {error} is expired')}E\n")
    failed = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert failed.returncode == 1
    assert "dev-one: the AWS credentials have expired; renew" in failed.stderr
    assert "nothing was changed. Renew the AWS credentials and run the command again." in failed.stderr


@pytest.mark.parametrize(
    ("error", "statement"),
    [
        ("No valid credential sources found", "no AWS credentials were found; log in"),
        ("failed to get shared config profile, nope", "the AWS profile nope does not exist; set AWS_PROFILE"),
    ],
)
def test_missing_credentials_are_named(acknowledged: Project, error: str, statement: str) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    (folder / "fail").write_text(f"cat >&2 <<'E'\n{with_margin(f'Error: {error}')}E\n")
    failed = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert failed.returncode == 1
    assert f"dev-one: {statement}" in failed.stderr


@pytest.mark.parametrize("command", ["plan", "deploy"])
def test_missing_credentials_are_named_when_the_backend_needs_them(project: Project, command: str) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    error = "echo 'Error: No valid credential sources found' >&2; exit 1"
    shim.write_text(f'#!/bin/sh\n[ "$1" != init ] || {{ {error}; }}\nexec terraform "$@"\n')
    failed = project.run("lakekit", command, "dev", *(["--auto-approve"] if command == "deploy" else []))
    assert failed.returncode == 1
    assert "dev-one: no AWS credentials were found; log in" in failed.stdout + failed.stderr


def test_acknowledgement_is_not_used_by_terraform_that_is_interrupted_while_it_starts(acknowledged: Project) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    shim = Path(acknowledged.environ["LAKEKIT_TERRAFORM"])
    text = shim.read_text()
    shim.write_text(
        text.replace("exec terraform", '[ "$1" != apply ] || { touch begun; exec sleep 60; }\nexec terraform')
    )
    run = acknowledged.start(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    wait_for(folder / "begun")
    time.sleep(0.5)
    run.send_signal(signal.SIGINT)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "dev-one: not applied; nothing was changed. Run the command again." in output
    shim.write_text(text)
    assert acknowledged.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0


@pytest.mark.parametrize("delay", [0, 0.05, 0.2])
def test_acknowledgement_is_not_used_by_an_interrupt_before_the_apply(acknowledged: Project, delay: float) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    shim = Path(acknowledged.environ["LAKEKIT_TERRAFORM"])
    text = shim.read_text()
    # A Terraform that has not started to work.
    shim.write_text(text.replace("exec terraform", '[ "$1" != apply ] || exec sleep 60\nexec terraform'))
    run = acknowledged.start(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert run.stdout is not None
    while "rules over 1 stack" not in (line := run.stdout.readline()):
        assert line
    time.sleep(delay)
    run.send_signal(signal.SIGINT)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    shim.write_text(text)
    again = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert again.returncode == 0, output + again.stderr


def test_acknowledgement_is_used_by_an_apply_that_fails_in_between(acknowledged: Project) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    (folder / "fail").write_text("terraform destroy -auto-approve -target=terraform_data.r1 >/dev/null\n")
    failed = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert "dev-one: partly applied; 1 of 29 changes are complete" in failed.stderr
    (folder / "fail").unlink()
    assert acknowledged.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 1
    entries = (acknowledged.root / ".lakekit/acknowledgements.jsonl").read_text().splitlines()
    assert [next(iter(json.loads(entry))) for entry in entries] == ["acknowledged", "applied"]


def planned(*changes: tuple[str, list[str], Any]) -> dict[str, Any]:
    return {
        "resource_changes": [
            {"address": address, "mode": "managed", "change": {"actions": actions, "before": before}}
            for address, actions, before in changes
        ]
    }


def state(**values: Any) -> dict[str, Any]:
    resources = [
        {"address": name, "mode": "managed", "values": value, "tainted": bool(value.get("tainted"))}
        for name, value in values.items()
    ]
    return {"values": {"root_module": {"child_modules": [{"resources": resources}]}}}


@pytest.mark.parametrize(
    ("actions", "before", "after", "complete"),
    [
        (["create"], None, {"a": {"id": 1}}, 1),
        (["create"], None, {"a": {"tainted": True}}, 0),
        (["update"], {"x": 1}, {"a": {"x": 2}}, 1),
        (["delete"], {"x": 1}, {}, 1),
        (["delete", "create"], {"x": 1}, {}, 0),
        (["create", "delete"], {"x": 1}, {"a": {"x": 2}}, 1),
        (["forget"], {"x": 1}, {}, 1),
    ],
)
def test_changes_in_the_state_are_counted(
    actions: list[str], before: Any, after: dict[str, Any], complete: int
) -> None:
    plan = planned(("a", actions, before), ("b", ["update"], {"y": 1}))
    unchanged = {} if before is None else {"a": before}
    assert compare(plan, state(b={"y": 1}, **unchanged)) == ApplyOutcome(Outcome.NOT_APPLIED, 0, 2)
    tainted = ("a",) if after.get("a", {}).get("tainted") else ()
    assert compare(plan, state(b={"y": 1}, **after)) == ApplyOutcome(Outcome.PARTLY_APPLIED, complete, 2, tainted)


CANCELLED = """
Error: Request cancelled

  with aws_sqs_queue.a,
  on cdk.tf.json line 263, in resource.aws_sqs_queue.a:
 263:       },

The plugin.(*GRPCProvider).ApplyResourceChange request was cancelled.
"""
ERRORS = printed_diagnostics(CANCELLED)
REJECTED = """╷
│ \x1b[0mError: creating SQS Queue (a): operation error SQS: CreateQueue, https response error StatusCode: 403,
│ RequestID: x, api error AccessDenied: not authorized
│
│   with aws_sqs_queue.b,
│   on cdk.tf.json line 263, in resource.aws_sqs_queue.b:
╵
"""
NOT_SENT = REJECTED.replace("StatusCode: 403", "StatusCode: 0").replace("api error AccessDenied", "request send failed")
SERVER_ERROR = REJECTED.replace("StatusCode: 403", "StatusCode: 500").replace("queue.b", 'queue.c["x, y"]')
STALE = "Error: Saved plan is stale\n\nThe given plan file can no longer be applied.\n"
OF_SNOWFLAKE = REJECTED.replace("StatusCode: 403", "001003 (42000): SQL compilation error")


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        (CANCELLED, ("aws_sqs_queue.a",)),
        (REJECTED, ()),
        (REJECTED + CANCELLED + CANCELLED, ("aws_sqs_queue.a",)),
        (NOT_SENT, ("aws_sqs_queue.b",)),
        (SERVER_ERROR, ('aws_sqs_queue.c["x, y"]',)),
        (STALE, ()),
        (OF_SNOWFLAKE, ()),
        (CANCELLED.replace("Error:", "Warning:"), ()),
        ("", ()),
    ],
)
def test_operations_without_an_answer_are_read(errors: str, expected: tuple[str, ...]) -> None:
    assert unanswered_operations(printed_diagnostics(errors)) == expected


@pytest.mark.parametrize("error", [STALE, "Error: Saved plan does not match the given state\n"])
def test_plan_that_terraform_refuses_has_changed_nothing(error: str) -> None:
    found = outcome_after({}, printed_diagnostics(error), ["no-terraform"], {}, is_same_state=False)
    assert found == ApplyOutcome(Outcome.NOT_APPLIED)


def test_creation_without_an_answer_is_not_called_unchanged() -> None:
    plan = planned(("aws_sqs_queue.a", ["create"], None), ("aws_sqs_queue.b", ["create"], None))
    found = compare(plan, state(), unanswered_operations(ERRORS))
    assert found == ApplyOutcome(Outcome.UNKNOWN, 0, 2, unanswered=("aws_sqs_queue.a",))
    statement = found.statement("dev-one")
    assert statement.startswith("dev-one: unknown, because operations ended without an answer of the service.")
    assert "aws_sqs_queue.a: no answer of the service; it can have been created" in statement
    partly = compare(plan, {"values": {"root_module": {"resources": [
        {"address": "aws_sqs_queue.b", "mode": "managed", "values": {}}
    ]}}}, unanswered_operations(ERRORS))  # fmt: skip
    assert (partly.kind, partly.complete, partly.unanswered) == (Outcome.PARTLY_APPLIED, 1, ("aws_sqs_queue.a",))
    # The state contains it, tainted.
    known = {"address": "aws_sqs_queue.a", "mode": "managed", "values": {}, "tainted": True}
    tainted = compare(plan, {"values": {"root_module": {"resources": [known]}}}, unanswered_operations(ERRORS))
    assert (tainted.tainted, tainted.unanswered) == (("aws_sqs_queue.a",), ())


def test_acknowledgement_is_used_by_an_apply_without_an_answer(acknowledged: Project) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    error = with_margin(CANCELLED.replace("aws_sqs_queue.a", "terraform_data.r1"))
    (folder / "fail").write_text(f"cat >&2 <<'E'\n{error}E\n")
    failed = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert failed.returncode == 1
    assert "dev-one: unknown, because operations ended without an answer" in failed.stderr
    (folder / "fail").unlink()
    assert acknowledged.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 1


@pytest.mark.parametrize("more", [{"TF_LOG": "ERROR"}, {}], ids=["log", "json"])
def test_errors_are_read_with_logs_and_with_json(acknowledged: Project, more: dict[str, str]) -> None:
    folder = acknowledged.root / "cdktf.out/stacks/dev-one"
    options = [] if more else ["-json"]
    lost = {"summary": "deleting", "detail": "StatusCode: 0, context canceled", "address": "terraform_data.r1"}
    message = json.dumps({"@level": "error", "diagnostic": lost}, separators=(",", ":"))
    printed = with_margin("Error: deleting\n\n  with terraform_data.r1,\nStatusCode: 0")
    printed += "2026-01-31T12:00:00Z [INFO] StatusCode: 404"
    (folder / "lost").write_text(f"{printed}\n" if more else f"{message}\n")
    (folder / "fail").write_text("true\n")
    for expected in ("not applied; nothing was changed", "unknown, because operations ended without an answer"):
        failed = acknowledged.run(GATE, "apply", "-auto-approve", "-no-color", *options, cwd=folder, environ=more)
        assert failed.returncode == 1
        assert f"dev-one: {expected}" in failed.stderr
        (folder / "fail").write_text("cat lost >&2\n" if more else "cat lost\n")
    shown = failed.stderr if more else failed.stdout
    assert ("StatusCode: 404" if more else message) in shown
    (folder / "fail").unlink()
    assert acknowledged.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 1


def test_drift_that_was_only_read_is_no_change() -> None:
    plan = planned(("a", ["update"], {"x": "refreshed"}))
    plan["resource_drift"] = [{"address": "a", "change": {"actions": ["update"], "before": {"x": "in the state"}}}]
    assert compare(plan, state(a={"x": "in the state"})).kind is Outcome.NOT_APPLIED
    assert compare(plan, state(a={"x": "other"})).kind is Outcome.PARTLY_APPLIED


def test_unsaved_state_is_named_first_in_what_to_run_next() -> None:
    one = StackProgress("dev-one", status=Status.FAILED, outcome=Outcome.NOT_SAVED)
    two = StackProgress("dev-two", status=Status.FAILED, applying=True)
    three = StackProgress("dev-three", status=Status.REJECTED)
    lines = closing_lines([one, two, three], "lakekit deploy dev", errored={"dev-one"})
    assert lines[-3:] == ["Next:", "  lakekit state recover dev-one", "  lakekit deploy dev"]
    outside = closing_lines([one], "lakekit deploy dev")
    assert outside[-2:] == [
        "  move the state that the messages of dev-one name to .lakekit/errored-state/dev-one/",
        "  lakekit state recover dev-one",
    ], "the stack is not blocked, and a deployment would create its resources again"
    assert [line.partition(";")[0].partition(",")[0] for line in lines[1:4]] == [
        "dev-one: changed",
        "dev-two: unknown",
        "dev-three: not applied",
    ]


@pytest.mark.parametrize(
    ("outcome", "added", "expected"),
    [
        (Outcome.NOT_SAVED, 2, "state not saved"),
        (Outcome.PARTLY_APPLIED, 0, "partly applied"),
        (Outcome.UNKNOWN, 2, "partly applied"),
        (Outcome.NOT_APPLIED, 0, "failed"),
    ],
)
def test_table_names_the_outcome(outcome: Outcome, added: int, expected: str) -> None:
    stack = StackProgress("dev-one", status=Status.FAILED, outcome=outcome)
    stack.applied["added"] = added
    assert stack.result == expected
