"""Faults in a deployment: processes killed at different points, and a full disk. Nothing may be lost or created twice.

Each resource appends its name to a file when it is created, which the state is compared with.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_project import Project, wait_for, wait_until

from lakekit_policies.run_lock.locks import is_stack_locked

pytestmark = pytest.mark.full

DEPLOY = ("lakekit", "deploy", "dev", "--auto-approve")
NAMES = ("first", "second", "slow", "last")

# The shim of Terraform stops at a point (`point` holds its name) until `go` exists.
SHIM = """#!/bin/sh
at() {{ [ "$(cat {root}/point 2>/dev/null)" = "$1" ] && rm {root}/point && touch {root}/reached && hold; }}
hold() {{ n=0; while [ ! -e {root}/go ] && [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done; }}
at "before-$1"
case "$1" in
  apply) if [ -e {root}/limit-state ]; then
      ( (trap '' XFSZ; ulimit -f 2; terraform "$@"; echo $? > {root}/code) 2>&1 1>&3 | cat 1>&2 ) 3>&1
      exit $(cat {root}/code)
    fi ;;
  plan) if [ -e {root}/limit-plan ]; then trap '' XFSZ; ulimit -f 0; fi ;;
esac
terraform "$@"
code=$?
at "after-$1"
exit $code
"""


@pytest.fixture
def faulty(project: Project) -> Project:
    project.environment("dev")
    resources: dict[str, Any] = {}
    for before, name in zip((None, *NAMES), NAMES, strict=False):
        wait = f"touch {project.root}/started; test -e {project.root}/quick || sleep 6; " if name == "slow" else ""
        made = {"command": f"{wait}echo {name} >> {project.root}/made"}
        needs = [f"terraform_data.{before}"] if before else []
        resources[name] = {"input": name * 200, "depends_on": needs, "provisioner": [{"local-exec": made}]}
    project.stack("dev-one", **resources)
    Path(project.environ["LAKEKIT_TERRAFORM"]).write_text(SHIM.format(root=project.root))
    return project


def made(project: Project) -> list[str]:
    file = project.root / "made"
    return file.read_text().split() if file.exists() else []


def in_state(project: Project) -> set[str]:
    """Names of the resources in the state; Terraform leaves an empty file if it is killed before its first write."""
    file = project.root / "dev-one.tfstate"
    addresses = project.state("dev-one") if file.exists() and file.stat().st_size else []
    return {address.removeprefix("terraform_data.") for address in addresses}


def processes(project: Project, *words: str) -> Iterator[int]:
    """Yield the processes below the project whose command line contains all words."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                inside = (entry / "cwd").resolve().is_relative_to(project.root)
            except OSError:
                continue
            if inside and all(word in command for word in words):
                yield int(entry.name)


def kill(project: Project, run: Any, who: str, number: signal.Signals) -> None:
    words = {"wrapper": ("bin/lakekit-terraform",), "cdktf": ("cdktf", "deploy", "--skip-synth")}
    if who == "lakekit":
        run.send_signal(number)
        return
    if who == "terraform":
        found = [pid for pid in processes(project, "apply") if _program(pid) == "terraform"]
    else:
        found = list(processes(project, *words[who]))
    assert found, who
    for pid in found:
        os.kill(pid, number)


def _program(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def settle(project: Project, run: Any) -> None:
    """Let all processes of the interrupted run end."""
    (project.root / "go").touch()
    run.wait(90)
    folder = project.root / "cdktf.out/stacks/dev-one"
    wait_until(lambda: not is_stack_locked(folder) and not list(processes(project)), "the run goes on", 90)


def recover(project: Project, blocked: str) -> None:
    """Recover the errored state that a blocked deployment names."""
    assert "Next:\n  lakekit state recover dev-one" in blocked
    recovered = project.run("lakekit", "state", "recover", "dev-one")
    assert recovered.returncode == 0, recovered.stderr


def require_nothing_lost(project: Project, *, in_progress: tuple[str, ...] = ()) -> None:
    """Deploy again: each resource was created once and is in the state."""
    (project.root / "quick").touch()
    done = project.run(*DEPLOY)
    if done.returncode == 7:
        recover(project, done.stderr)
        done = project.run(*DEPLOY)
    assert done.returncode == 0, done.stdout + done.stderr
    assert in_state(project) == set(NAMES)
    counts = {name: made(project).count(name) for name in NAMES}
    assert all(count == 1 or (count == 2 and name in in_progress) for name, count in counts.items()), counts
    plan = project.run("lakekit-terraform", "plan", "-detailed-exitcode", cwd=project.root / "cdktf.out/stacks/dev-one")
    assert plan.returncode == 0, plan.stdout + plan.stderr


@pytest.mark.parametrize(
    ("point", "who", "number"),
    [
        ("before-init", "lakekit", signal.SIGKILL),
        ("before-plan", "wrapper", signal.SIGKILL),
        ("after-plan", "lakekit", signal.SIGTERM),
        ("before-show", "wrapper", signal.SIGKILL),
        ("after-show", "cdktf", signal.SIGKILL),
        ("before-apply", "wrapper", signal.SIGKILL),
        ("during", "lakekit", signal.SIGINT),
        ("during", "lakekit", signal.SIGKILL),
        ("during", "wrapper", signal.SIGTERM),
        ("during", "wrapper", signal.SIGKILL),
        ("during", "cdktf", signal.SIGKILL),
        ("during", "terraform", signal.SIGINT),
        ("during", "terraform", signal.SIGKILL),
        ("after-apply", "wrapper", signal.SIGKILL),
        ("after-apply", "lakekit", signal.SIGINT),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_killed_process(faulty: Project, point: str, who: str, number: signal.Signals) -> None:
    (faulty.root / "point").write_text(point)
    run = faulty.start(*DEPLOY)
    wait_for(faulty.root / ("started" if point == "during" else "reached"))
    time.sleep(0.3)
    kill(faulty, run, who, number)
    time.sleep(0.3)
    settle(faulty, run)
    created = set(made(faulty))
    # A provisioner that is running when Terraform is stopped leaves a tainted resource, or none if Terraform is killed.
    in_progress = ("slow",) if point == "during" else ()
    assert created - {"slow"} <= in_state(faulty)
    require_nothing_lost(faulty, in_progress=in_progress)


def test_full_disk_for_the_state(faulty: Project) -> None:
    (faulty.root / "quick").touch()
    (faulty.root / "limit-state").touch()
    failed = faulty.run(*DEPLOY)
    assert failed.returncode in (1, 7), failed.stderr
    assert "lakekit state recover dev-one" in failed.stderr
    created = set(made(faulty))
    assert "first" in created
    blocked = faulty.run(*DEPLOY)
    assert blocked.returncode == 7, blocked.stderr
    assert set(made(faulty)) == created, "nothing is created again"
    (faulty.root / "limit-state").unlink()
    require_nothing_lost(faulty)


def test_full_disk_for_the_plan(faulty: Project) -> None:
    (faulty.root / "limit-plan").touch()
    failed = faulty.run(*DEPLOY)
    assert failed.returncode == 1, failed.stderr
    assert made(faulty) == []
    (faulty.root / "limit-plan").unlink()
    require_nothing_lost(faulty)


@pytest.mark.parametrize("place", ["cdktf.out", ".lakekit/plans.jsonl", ".lakekit/logs"])
def test_full_disk_for_files_of_lakekit(faulty: Project, place: str) -> None:
    """A device that is always full, or a folder that cannot contain files, stands for the place."""
    (faulty.root / "quick").touch()
    target = faulty.root / place
    target.parent.mkdir(exist_ok=True)
    target.symlink_to("/dev/full")
    failed = faulty.run(*DEPLOY)
    assert failed.returncode in (0, 1, 4), failed.stderr
    assert "Traceback" not in failed.stderr
    assert str(target) in failed.stdout + failed.stderr + "".join(
        file.read_text() for file in faulty.root.glob(".lakekit/logs/*/*.log")
    )
    target.unlink()
    require_nothing_lost(faulty)
