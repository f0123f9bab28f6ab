"""Two runs at once: the second one is told who holds the lock, and changes nothing under the first."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_project import Project, applied, wait_for, wait_until
from http_backend import running_backend

from lakekit_cli.state.lock_message import without_hint
from lakekit_cli.state.run_guard import seconds

GATE = "lakekit-terraform"


@pytest.fixture
def slow(project: Project) -> Project:
    """A project with a stack whose apply waits for the file `go`."""
    project.environment("dev")
    project.stack("dev-one", thing=waiting(project))
    return project


def waiting(project: Project) -> dict[str, object]:
    """Return a resource whose creation waits for the file `go`."""
    command = f"touch {project.root}/started; until test -e {project.root}/go; do sleep 0.1; done"
    return {"provisioner": [{"local-exec": {"command": command}}]}


@pytest.mark.parametrize(
    "second",
    [
        ["deploy", "dev", "--auto-approve"],
        ["synth", "dev"],
        ["plan", "dev"],
        ["check", "dev"],
        ["policies", "evidence", "dev"],
    ],
)
def test_second_run_names_the_first_and_leaves_its_stacks(slow: Project, second: list[str]) -> None:
    first = slow.start("lakekit", "deploy", "dev", "--auto-approve")
    wait_for(slow.root / "started")
    done = slow.run("lakekit", *second)
    assert done.returncode == 7, done.stdout + done.stderr
    assert f"is in use by `lakekit deploy dev` (process {first.pid} of " in done.stderr
    assert "-lock=false" not in done.stdout + done.stderr
    (slow.root / "go").touch()
    output, _ = first.communicate(timeout=120)
    assert first.returncode == 0, output
    assert applied(slow)


def check_refused_during_deploy(slow: Project, command: list[str]) -> None:
    first = slow.start("lakekit", "deploy", "dev", "--auto-approve")
    wait_for(slow.root / "started")
    done = slow.run("lakekit", *command)
    assert done.returncode == 7, done.stdout + done.stderr
    assert f"is in use by `lakekit deploy dev` (process {first.pid} of " in done.stderr
    (slow.root / "go").touch()
    output, _ = first.communicate(timeout=120)
    assert first.returncode == 0, output


@pytest.mark.parametrize("second", [["local", "down"], ["local", "reset", "--yes"]])
def test_local_cloud_of_a_run_is_neither_stopped_nor_removed(slow: Project, second: list[str]) -> None:
    state = slow.root / ".lakekit/state/local-other.tfstate"
    state.parent.mkdir(parents=True)
    state.touch()
    check_refused_during_deploy(slow, second)
    assert state.exists()
    assert slow.run("lakekit", *second).returncode == 0


@pytest.mark.parametrize("command", [["smoke", "local"], ["local", "check-engines", "local"]])
def test_commands_that_use_the_local_cloud_are_runs(slow: Project, command: list[str]) -> None:
    slow.environment("local", tier="sandbox", local=True)
    check_refused_during_deploy(slow, command)
    assert applied(slow)


def test_killed_run_holds_the_lock_while_terraform_applies(slow: Project) -> None:
    folder = slow.synthesized("dev-one", thing=waiting(slow))
    first = slow.start(GATE, "apply", "-auto-approve", cwd=folder)
    wait_for(slow.root / "started")
    first.kill()
    first.wait(10)
    for second in ([GATE, "plan"], ["lakekit", "synth", "dev"]):
        done = slow.run(*second, cwd=folder)
        assert done.returncode == 7, done.stdout
        assert f"stack dev-one is in use by `lakekit-terraform apply` (process {first.pid} " in done.stderr
    (slow.root / "go").touch()
    done = slow.run(GATE, "plan", "-lock-timeout=30s", "-detailed-exitcode", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert applied(slow)


def test_killed_deploy_holds_the_folder_while_cdktf_runs(slow: Project) -> None:
    first = slow.start("lakekit", "deploy", "dev", "--auto-approve")
    wait_for(slow.root / "started")
    first.kill()
    done = slow.run("lakekit", "synth", "dev")
    assert done.returncode == 7, done.stdout
    assert "lakekit deploy" in done.stderr
    (slow.root / "go").touch()
    first.communicate(timeout=60)  # until cdktf closes the output
    wait_until(lambda: slow.run("lakekit", "synth", "dev").returncode == 0)  # cdktf may still be ending
    assert applied(slow)


LOGGED = {"TF_LOG": "error"}


@pytest.mark.parametrize(
    ("command", "environ"),
    [
        ("apply -auto-approve -no-color", {}),
        ("apply -auto-approve -no-color", LOGGED),
        ("apply -auto-approve -json", {}),
        ("apply -auto-approve -json", LOGGED),
        ("plan", {}),
        ("plan", LOGGED),
        ("plan -json", {}),
        ("plan -json -refresh=false", LOGGED),
        ("destroy -auto-approve -json", {}),
        ("untaint terraform_data.thing", {}),
        ("state rm terraform_data.thing", {}),
        ("init -force-copy -json -backend-config=path=other.tfstate", {}),
    ],
)
def test_lock_of_terraform_is_explained_without_its_hint(slow: Project, command: str, environ: dict[str, str]) -> None:
    folder = slow.synthesized("dev-one")
    lock = slow.root / ".dev-one.tfstate.lock.info"
    (slow.root / "dev-one.tfstate").write_text(STATE)
    with locked_state(slow.root / "dev-one.tfstate"):
        lock.write_text(LOCK)
        done = slow.run(GATE, *command.split(), cwd=folder, environ=environ)
    assert done.returncode == 7, done.stdout + done.stderr
    shown = done.stdout if "-json" in command else done.stderr
    assert "Another run holds the state lock of dev-one: somebody@elsewhere, since " in shown
    assert "lakekit-terraform force-unlock 1234" in shown
    assert "-lock=false" not in done.stdout + done.stderr
    if "-json" in command and not command.startswith("init"):  # prints text, too
        assert [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("command", ["console", "plan -json", "state rm terraform_data.thing"])
def test_lock_of_an_http_backend_names_its_holder(slow: Project, command: str) -> None:
    folder = slow.stack("dev-one")
    prepared = slow.root / "prepared/stacks/dev-one/cdk.tf.json"
    with running_backend() as backend:
        prepared.write_text(json.dumps(json.loads(prepared.read_text()) | {"terraform": backend.configuration()}))
        shutil.copytree(slow.root / "prepared", slow.root / "cdktf.out")
        assert slow.run(GATE, "init", cwd=folder).returncode == 0
        backend.state, backend.holder = STATE.encode(), "1234"
        done = slow.run(GATE, *command.split(), cwd=folder)
    shown = done.stdout + done.stderr
    assert done.returncode == 7, shown
    assert "lakekit-terraform force-unlock 1234" in shown
    assert "-lock=false" not in shown


STATE = json.dumps(
    {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "a", "check_results": None,
     "outputs": {"label": {"value": "one", "type": "string"}},
     "resources": [{"mode": "managed", "type": "terraform_data", "name": "thing",
                    "provider": 'provider["terraform.io/builtin/terraform"]',
                    "instances": [{"schema_version": 0, "sensitive_attributes": [],
                                   "attributes": {"id": "x", "input": None, "output": None}}]}]}
)  # fmt: skip
LOCK = json.dumps(
    {"ID": "1234", "Operation": "x", "Info": "", "Who": "somebody@elsewhere", "Version": "1.11.4",
     "Created": "2026-01-01T00:00:00Z", "Path": "dev-one.tfstate"}
)  # fmt: skip


@contextmanager
def locked_state(file: Path) -> Iterator[None]:
    """Hold the lock that Terraform takes on a local state file (internal/states/statemgr/filesystem_lock_unix.go)."""
    with file.open("a+") as stream:
        fcntl.lockf(stream, fcntl.LOCK_EX)
        yield


def test_stack_lock_waits_for_the_lock_timeout(slow: Project) -> None:
    folder = slow.synthesized("dev-one", thing={"provisioner": [{"local-exec": {"command": "touch on; sleep 3"}}]})
    first = slow.start(GATE, "apply", "-auto-approve", cwd=folder)
    wait_for(folder / "on")
    start = time.monotonic()
    done = slow.run(GATE, "apply", "-auto-approve", "-lock-timeout=60s", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "No changes." in done.stdout
    assert time.monotonic() - start < 50
    assert first.wait(10) == 0


@pytest.mark.parametrize(
    ("given", "expected"), [("", 0), ("0s", 0), ("10s", 10), ("1m30s", 90), ("1.5h", 5400), ("500ms", 0.5), ("ten", 0)]
)
def test_durations_are_read_as_in_go(given: str, expected: float) -> None:
    assert seconds(given) == expected


@pytest.mark.parametrize(("width", "info"), [(78, "Lock Info:"), (200, "Lock Info:"), (78, "format version")])
def test_hint_is_replaced_in_boxes_of_any_width(width: int, info: str) -> None:
    hint = (
        "Terraform acquires a state lock to protect the state from being written by multiple users at the same time. "
        "Please resolve the issue above and try again. For most commands, you can disable locking with the "
        '"-lock=false" flag, but this is not recommended.'
    )
    prefix = "\x1b[31m│\x1b[0m \x1b[0m"
    lines, line = [], ""
    for word in hint.split():
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line += f"{word} "
    text = "\n".join(
        f"{prefix}{part}" for part in ["Error: Error acquiring the state lock", info, "  ID:   abc", *lines, line]
    )
    shown = without_hint(f"{text}\n╵\n", "dev-one")
    assert "-lock=false" not in shown
    assert "force-unlock abc" in shown
    assert shown.endswith("╵\n")
    assert shown.count("Another run holds the state lock of dev-one") == int(info == "Lock Info:")
    assert shown.count("The state of dev-one cannot be locked") == int(info != "Lock Info:")


def test_read_only_data_folder_is_explained(slow: Project) -> None:
    (slow.root / ".lakekit").mkdir()
    (slow.root / ".lakekit/locks").write_text("a file")
    done = slow.run("lakekit", "synth", "dev")
    assert done.returncode == 4
    assert "make it writable" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("number", "seconds"), [(signal.SIGINT, 9), (signal.SIGTERM, 10), (signal.SIGHUP, 11)])
def test_interrupted_state_command_ends_with_terraform(slow: Project, number: signal.Signals, seconds: int) -> None:
    # Terraform does not end before its lock timeout.
    folder = slow.synthesized("dev-one")
    (slow.root / "dev-one.tfstate").write_text(STATE)
    with locked_state(slow.root / "dev-one.tfstate"):
        (slow.root / ".dev-one.tfstate.lock.info").write_text(LOCK)
        run = slow.start(GATE, "state", "rm", f"-lock-timeout={seconds}s", "terraform_data.thing", cwd=folder)
        wait_until(lambda: is_waiting(f"state rm -no-color -lock-timeout={seconds}s"))
        os.kill(run.pid, number)
        assert run.wait(30) == 130
        assert not is_waiting(f"state rm -no-color -lock-timeout={seconds}s")
    assert json.loads((slow.root / "dev-one.tfstate").read_text())["resources"]


def test_killed_state_command_holds_the_lock_while_terraform_runs(slow: Project) -> None:
    folder = slow.synthesized("dev-one")
    (slow.root / "dev-one.tfstate").write_text(STATE)
    with locked_state(slow.root / "dev-one.tfstate"):
        (slow.root / ".dev-one.tfstate.lock.info").write_text(LOCK)
        run = slow.start(GATE, "state", "rm", "-lock-timeout=15s", "terraform_data.thing", cwd=folder)
        wait_until(lambda: is_waiting("state rm -no-color -lock-timeout=15s"))
        run.kill()
        done = slow.run(GATE, "plan", "-lock=false", cwd=folder)
        assert done.returncode == 7, done.stderr
        assert "is in use by `lakekit-terraform state rm`" in done.stderr
    wait_until(lambda: not is_waiting("state rm -no-color -lock-timeout=15s"))


def is_waiting(words: str) -> bool:
    listed = subprocess.run(["ps", "-ww", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return any(f"terraform {words}" in line and "lakekit" not in line for line in listed.splitlines())
