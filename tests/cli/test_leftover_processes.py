"""Nothing that an interrupted run has started goes on after it: apps on a terminal, and `terraform init`."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from cli_project import Project, wait_for, wait_until

DEAF = """
import os, pathlib, signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
if os.fork():
    pathlib.Path("started").touch()
time.sleep(60)
"""


def processes_of(project: Project) -> list[str]:
    """Command lines of running processes whose current folder is in a project, except the rule engine of tests."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve().is_relative_to(project.root):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found += [command] if "warm_engine" not in command else []
        except OSError:
            continue
    return found


def test_app_that_ignores_an_interrupt_on_a_terminal_is_ended_by_the_next(project: Project) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    (project.root / "app.py").write_text(DEAF)
    settings = project.root / "cdktf.json"
    document = json.loads(settings.read_text())
    settings.write_text(json.dumps({**document, "app": f"python app.py; {document['app']}"}))
    terminal = project.terminal("lakekit", "deploy", "dev")
    wait_for(project.root / "started")
    terminal.press("\x03")
    terminal.expect("Waiting for the app to end; interrupt again to kill it.")
    terminal.press("\x03")
    assert terminal.code() == 130
    assert "nothing was applied" in terminal.shown
    assert processes_of(project) == []


def test_closed_terminal_waits_for_the_initialization(project: Project) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    slow = f'[ "$1" = init ] && {{ touch {project.root}/started; sleep 3; }}'
    shim.write_text(f'#!/bin/sh\n{slow}\nexec terraform "$@"\n')
    run = project.start("lakekit", "deploy", "dev", "--auto-approve")
    wait_for(project.root / "started")
    os.killpg(run.pid, signal.SIGHUP)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "dev-one: not applied; it was interrupted before the apply." in output
    wait_until(lambda: not [one for one in processes_of(project) if "terraform" in one])


@pytest.mark.parametrize("command", [["check", "dev"], ["access", "dev"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_commands_that_read_the_configuration_end_the_app(
    project: Project, command: list[str], number: signal.Signals
) -> None:
    project.environment("dev")
    project.stack("dev-one", quick={})
    settings = project.root / "cdktf.json"
    document = json.loads(settings.read_text())
    settings.write_text(json.dumps({**document, "app": f"touch started; sleep 30; {document['app']}"}))
    run = project.start("lakekit", *command)
    wait_for(project.root / "started")
    run.send_signal(number)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 130, output
    assert "Traceback" not in output
    assert processes_of(project) == []


def test_ignored_signal_does_not_stop_a_deployment(project: Project) -> None:
    project.environment("dev")
    waiting = [{"local-exec": {"command": f"touch {project.root}/started; sleep 3"}}]
    project.stack("dev-one", slow={"provisioner": waiting})
    run = project.start("nohup", "lakekit", "deploy", "dev", "--auto-approve")
    wait_for(project.root / "started")
    os.killpg(run.pid, signal.SIGHUP)
    output, _ = run.communicate(timeout=60)
    assert run.returncode == 0, output
    assert project.state("dev-one") == ["terraform_data.slow"]
