"""Failures of the gate's worker process are reported as evaluation errors."""

from __future__ import annotations

import gc
import os
import signal
import stat
import sys
import time
from pathlib import Path

import pytest
from gate_helpers import configuration, could_not_evaluate, resource, warm_gate, write_out

from lakekit_policies import Gate, Verdict
from lakekit_policies.gate import protocol
from lakekit_policies.gate.connections import ENGINE_PYTHON

GOOD = configuration({"aws_glue_catalog_database": {"Db": resource("dev-storage/Db", name="raw")}})
READY = '{"type": "ready", "protocol": 5, "version": "0.1.0", "load_seconds": 0.1}'  # first message of a worker


def fake_interpreter(folder: Path, script: str) -> Path:
    """Fake interpreter that sends prepared messages."""
    program = folder / "engine"
    program.write_text(f"#!{sys.executable}\nimport sys, time\ndef say(t): print(t, flush=True)\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return write_out(tmp_path / "cdktf.out", dev_storage=GOOD)


def test_worker_killed_while_idle(out: Path) -> None:
    with Gate.start() as gate:
        assert gate.evaluate_synth(out).resources == 1
        os.kill(gate._connection.process.pid, signal.SIGKILL)
        for _ in range(2):  # also for later requests
            with could_not_evaluate("engine_died", "-9"):
                gate.evaluate_synth(out)


def test_worker_killed_while_loading(out: Path) -> None:
    with Gate.start() as gate:
        os.kill(gate._connection.process.pid, signal.SIGKILL)
        with could_not_evaluate("engine_died"):
            gate.evaluate_synth(out)


def test_evaluation_timeout(out: Path) -> None:
    with Gate.start() as gate:
        gate.wait()
        os.kill(gate._connection.process.pid, signal.SIGSTOP)
        with could_not_evaluate("engine_timeout", "0.2 s"):
            gate.evaluate_synth(out, seconds=0.2)
        assert gate._connection.process.poll() is not None
        with could_not_evaluate("engine_timeout"):  # a late response must not be used for the next request
            gate.evaluate_synth(out)


def test_loading_timeout(out: Path) -> None:
    with Gate.start(load_seconds=0.01) as gate, could_not_evaluate("engine_timeout", "load"):
        gate.evaluate_synth(out)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("sys.exit(0)", "engine_died"),
        ("sys.exit('no module named checkov')", "engine_died"),
        ("say('Welcome!')", "engine_message"),
        ("say('[1, 2]')", "engine_message"),
        ("sys.stdout.write('{\"type\": ')", "engine_message"),
        ('say(\'{"type": "ready", "protocol": 99, "version": "0.1.0", "load_seconds": 0}\')', "engine_version"),
        ('say(\'{"type": "ready", "protocol": 5, "version": "0.0.9", "load_seconds": 0}\')', "engine_version"),
        (f"say('{READY}')", "engine_died"),
        (f"say('{READY}'); sys.stdin.readline(); say('{{}}')", "engine_message"),
        (f"say('{READY}'); sys.stdin.readline(); say('{READY}')", "engine_message"),
        (
            f'say(\'{READY}\'); sys.stdin.readline(); say(\'{{"type": "verdict", "id": 1, "verdict": {{}}}}\')',
            "engine_message",
        ),
        (
            f"say('{READY}'); sys.stdin.readline(); "
            'say(\'{"type": "verdict", "id": 1, "verdict": {"clean": true, "exit_code": 0, "findings": []}}\')',
            "engine_message",
        ),
    ],
)
def test_worker_with_invalid_protocol(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, script: str, code: str
) -> None:
    monkeypatch.setenv(ENGINE_PYTHON, str(fake_interpreter(tmp_path, script)))
    with Gate.start() as gate, could_not_evaluate(code):
        gate.evaluate_synth(out)


def test_stderr_of_a_dead_engine_is_shown(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGINE_PYTHON, str(fake_interpreter(tmp_path, "sys.exit('disk full')")))
    with Gate.start() as gate, could_not_evaluate("engine_died", "disk full"):
        gate.evaluate_synth(out)


def test_interpreter_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENGINE_PYTHON, "/nowhere/python")
    with could_not_evaluate("engine_start", "/nowhere/python", ENGINE_PYTHON):
        Gate.start()


def test_interpreter_without_checkov(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interpreter without checkov."""
    import venv

    venv.create(tmp_path / "venv", with_pip=False)
    monkeypatch.setenv(ENGINE_PYTHON, str(tmp_path / "venv/bin/python"))
    with Gate.start() as gate, could_not_evaluate("engine_missing", "checkov", ENGINE_PYTHON):
        gate.evaluate_synth(out)


def test_interpreter_of_another_environment(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environment with checkov and without Lakekit: the worker runs the code of the caller."""
    import venv

    venv.create(tmp_path / "venv", with_pip=False)
    home = next((tmp_path / "venv/lib").iterdir()) / "site-packages"
    theirs = next(Path(path) for path in sys.path if Path(path, "checkov").is_dir())
    for entry in theirs.iterdir():
        if "lakekit" not in entry.name and entry.suffix != ".pth":
            (home / entry.name).symlink_to(entry)
    monkeypatch.setenv(ENGINE_PYTHON, str(tmp_path / "venv/bin/python"))
    with Gate.start() as gate:
        assert gate.evaluate_synth(out) is not None


def test_rule_output_is_not_a_message(tmp_path: Path, out: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/noisy.py").write_text(
        "import os\n"
        "from checkov.common.models.enums import CheckCategories, CheckResult\n"
        "from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck\n"
        "print('loading')\n"
        "class Noisy(BaseResourceCheck):\n"
        "    def __init__(self):\n"
        "        super().__init__('Noisy', 'TEAM_2', [CheckCategories.IAM], ['aws_glue_catalog_database'])\n"
        "    def scan_resource_conf(self, conf):\n"
        "        print('{}'); os.write(1, b'{}')\n"
        "        return CheckResult.FAILED\n"
        "check = Noisy()\n"
    )
    with Gate.start(rules=[tmp_path / "rules"]) as gate:
        verdict = gate.evaluate_synth(out)
    (finding,) = [finding for finding in verdict.findings if finding.rule_id == "TEAM_2"]
    assert (finding.title, finding.severity, finding.path) == ("Noisy", "high", "dev-storage/Db")


def test_working_directory_is_not_imported(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with the name of a library must not be imported."""
    for name in ("checkov.py", "yaml.py", "json.py", "lakekit_policies.py"):
        (tmp_path / name).write_text("raise SystemExit('imported from the working directory')")
    monkeypatch.chdir(tmp_path)
    with Gate.start() as gate:
        assert gate.evaluate_synth(out).resources == 1


def test_relative_paths_are_resolved_by_the_caller(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warm_gate().wait() if not warm_gate()._ready else None
    monkeypatch.chdir(out.parent)
    assert warm_gate().evaluate_synth(Path("cdktf.out")).resources == 1


def test_start_does_not_wait() -> None:
    started = time.perf_counter()
    with Gate.start() as gate:
        waited_to_start = time.perf_counter() - started
        assert waited_to_start < gate.wait()


def test_closed_gate_rejects_requests(out: Path) -> None:
    gate = Gate.start()
    gate.close()
    gate.close()
    with could_not_evaluate("engine_closed"):
        gate.evaluate_synth(out)


def test_worker_ends_with_its_gate(out: Path) -> None:
    gate = Gate.start()
    process = gate._connection.process
    gate.evaluate_synth(out)
    del gate
    gc.collect()
    assert process.poll() is not None


def test_partial_messages_are_reassembled() -> None:
    reading, writing = os.pipe()
    reader = protocol.Reader(reading)
    message = {"text": "ä" * 100_000, "line": "a\nb"}
    encoded = protocol.encode(message)
    if os.fork() == 0:
        for start in range(0, len(encoded), 999):
            os.write(writing, encoded[start : start + 999])
        os._exit(0)
    os.close(writing)
    assert reader.read(10) == message
    assert reader.read(10) is None
    os.wait()
    reader.close()
    os.close(reading)


def test_worker_ends_when_its_app_is_killed() -> None:
    import subprocess

    program = (
        "from lakekit_policies import Gate\nimport time\n"
        "gate = Gate.start()\ngate.wait()\nprint(gate._connection.process.pid, flush=True)\ntime.sleep(60)"
    )
    app = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    worker = int(app.stdout.readline())
    app.kill()
    app.wait()
    app.stdout.close()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and _runs(worker):
        time.sleep(0.05)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    import subprocess

    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return state.stdout.strip() not in ("", "Z", "Zs", "ZN")


def test_response_to_another_request_is_rejected(tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A valid verdict for another request."""
    import json

    clean = Verdict(stage="synth", findings=[], rules_run=1, resources=1, stacks=["a"], seconds=0.1).to_dict()
    answer = json.dumps(json.dumps({"type": "verdict", "id": 7, "verdict": clean}))
    monkeypatch.setenv(
        ENGINE_PYTHON, str(fake_interpreter(tmp_path, f"say('{READY}'); sys.stdin.readline(); say({answer})"))
    )
    with Gate.start() as gate, could_not_evaluate("engine_message", "unexpected"):
        gate.evaluate_synth(out)
