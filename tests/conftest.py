"""Start the longest test files first, so that parallel workers end together; mark tests by folder."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lakekit_local.runtimes.installed import VARIABLE as ENGINES
from lakekit_policies.gate.connections import ENGINE_PYTHON
from warm_engine import start

PROJECT = Path(__file__).parents[1]
LONGEST_FIRST = (
    "test_mutation_score_first_half.py",
    "test_mutation_score_second_half.py",
    "test_deployment.py",
    "test_against_brute_force.py",
    "test_spark_job_runs.py",
    "local_cloud",
    "test_cdktf.py",
    "test_commands.py",
    "cli",
    "test_bindings.py",
    "test_public_types.py",
    "test_binding_hooks.py",
    "policies",
)
"""Files and folders of tests; what is not named follows."""


def pytest_configure() -> None:
    """Tests use no installed engine, except those that install it."""
    os.environ.setdefault(ENGINES, str(PROJECT / "no-engines"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files by what they wait for (tests of one file keep their order); mark what needs the local cloud."""
    for item in items:
        if item.path.parent.name == "local_cloud":
            item.add_marker(pytest.mark.local_cloud)
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    named = {path.name, path.parent.name}
    return next((rank for rank, word in enumerate(LONGEST_FIRST) if word in named), len(LONGEST_FIRST))


@pytest.fixture
def deadline() -> Iterator[None]:
    """Fail a test that blocks, for example on a FIFO, after 60 seconds."""

    def late(_number: int, _frame: object) -> None:
        raise TimeoutError("the test blocks")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference deployment in every environment, synthesized and gated once for all workers; not to be written."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    out = shared / "reference" / "cdktf.out"
    with (shared / "reference.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (out / "manifest.json").exists():
            _synthesize(out)
    return out


@pytest.fixture(scope="session")
def warm_engine() -> Iterator[str]:
    """Value of `LAKEKIT_ENGINE_PYTHON` with which the gate's workers start in milliseconds."""
    with start() as path:
        yield path


@pytest.fixture
def warm_gate_workers(warm_engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gates that the test starts in its own process use the warm engine."""
    monkeypatch.setenv(ENGINE_PYTHON, warm_engine)


def _synthesize(out: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "LAKEKIT_ENV"}
    done = subprocess.run(
        [sys.executable, "stacks/main.py"],
        cwd=PROJECT,
        env={**environ, "CDKTF_OUTDIR": str(out)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
