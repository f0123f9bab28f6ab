"""The engine that the programs of a run share: found, isolated between requests, ended with the run, fails closed."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, could_not_evaluate, resource, write_out

from lakekit_policies import Gate
from lakekit_policies.gate import engine_address, engine_server, protocol, shared_engine, worker
from lakekit_policies.gate.connections import ENGINE_PYTHON
from lakekit_policies.gate.engine_address import EngineAddress
from nonempty import nonempty

GOOD = configuration({"aws_glue_catalog_database": {"Db": resource("dev-storage/Db", name="raw")}})
OPEN_RULE = {"security_group_id": "sg-1", "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1"}
BAD = configuration({"aws_vpc_security_group_ingress_rule": {"Rule": resource("dev-storage/Rule", **OPEN_RULE)}})


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runtime folder of this test; the path of a socket has to be short."""
    folder = Path(tempfile.mkdtemp(prefix="lk", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.delenv(shared_engine.SHARE_ENGINE, raising=False)
    monkeypatch.delenv(ENGINE_PYTHON, raising=False)
    yield folder
    for process in servers(folder):
        with suppress(ProcessLookupError):  # it has ended since it was listed
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write_out(tmp_path / "good", dev_storage=GOOD)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return write_out(tmp_path / "bad", dev_storage=BAD)


def is_rejected(gate: Gate, folder: Path) -> bool:
    """Whether the open security group rule is reported, which only the bad configuration has."""
    verdict = gate.evaluate_synth(folder)
    assert verdict.resources == 1
    return any("aws_vpc_security_group_ingress_rule.Rule" in finding.address for finding in verdict.findings)


def servers(folder: Path) -> list[int]:
    """Processes of engines in a runtime folder: the servers and their copies."""
    listed = subprocess.run(["ps", "-eo", "pid=,stat=,args=", "-ww"], capture_output=True, text=True, check=True)
    rows = (line.split(None, 2) for line in listed.stdout.splitlines())
    return [int(pid) for pid, state, arguments in rows if f"{folder}/lakekit-" in arguments and state[0] != "Z"]


def kill_engines(folder: Path) -> None:
    """Kill the processes of engines and wait until they have ended: until then their sockets accept connections."""
    wait_until(lambda: servers(folder))
    processes = nonempty(servers(folder))
    for process in processes:
        with suppress(ProcessLookupError):  # it has ended since it was listed
            os.kill(process, signal.SIGKILL)
    wait_until(lambda: not any(is_running(process) for process in processes))


def is_running(process: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return listed.stdout.strip()[:1] not in ("", "Z")


def wait_until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_programs_share_one_engine_and_get_their_own_verdicts(runtime: Path, good: Path, bad: Path) -> None:
    with Gate.start(shared=True) as first, Gate.start(shared=True) as second:
        assert first.is_shared
        assert second.is_shared
        assert len(list((runtime / f"lakekit-{os.getuid()}").glob("*.socket"))) == 1
        for gate in (first, second):
            assert not is_rejected(gate, good)
            assert is_rejected(gate, bad)
            assert not is_rejected(gate, good)
    with Gate.start() as own:
        assert not own.is_shared


def test_concurrent_clients_do_not_mix_verdicts(good: Path, bad: Path) -> None:
    wrong: list[str] = []

    def evaluate(folder: Path, expects_findings: bool) -> None:
        with Gate.start(shared=True) as gate:
            for _ in range(3):
                if is_rejected(gate, folder) is not expects_findings:
                    wrong.append(str(folder))

    threads = [threading.Thread(target=evaluate, args=pair) for pair in ((good, False), (bad, True)) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_engine_is_private(runtime: Path, good: Path) -> None:
    before = os.umask(0)
    try:
        with Gate.start(shared=True) as gate:
            gate.evaluate_synth(good)
            folder = runtime / f"lakekit-{os.getuid()}"
            assert folder.stat().st_mode & 0o777 == 0o700
            (path,) = folder.glob("*.socket")
            assert path.stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(before)


def test_engine_ends_with_the_run(runtime: Path, good: Path) -> None:
    with shared_engine.engine_for_run(), Gate.start(shared=True) as gate:
        gate.evaluate_synth(good)
        assert servers(runtime)
    wait_until(lambda: not servers(runtime), 20)
    assert list((runtime / f"lakekit-{os.getuid()}").glob("*.socket")) == []


def test_end_of_one_run_keeps_the_engine_of_another(runtime: Path, good: Path) -> None:
    with Gate.start(shared=True) as other:
        other.wait()
        with shared_engine.engine_for_run():
            pass
        time.sleep(2 * engine_server._POLL_SECONDS)
        assert not is_rejected(other, good)
        assert servers(runtime)


def test_killed_engine_gives_no_verdict(runtime: Path, good: Path) -> None:
    with Gate.start(shared=True) as gate:
        assert not is_rejected(gate, good)
        kill_engines(runtime)
        for _ in range(2):
            with could_not_evaluate("engine_died"):
                gate.evaluate_synth(good)
    # The next program removes the socket of the dead engine, and starts another one.
    with Gate.start(shared=True) as gate:
        assert not is_rejected(gate, good)
        assert gate.is_shared


def test_engine_killed_while_it_loads_is_replaced(runtime: Path, bad: Path) -> None:
    with Gate.start(shared=True) as gate:
        kill_engines(runtime)
        assert is_rejected(gate, bad)
        assert not gate.is_shared


def test_hung_engine_gives_no_verdict(runtime: Path, good: Path) -> None:
    with Gate.start(shared=True) as gate:
        gate.wait()
        stopped = servers(runtime)
        for process in nonempty(stopped):
            os.kill(process, signal.SIGSTOP)
        with could_not_evaluate("engine_timeout"):
            gate.evaluate_synth(good, seconds=0.2)


@pytest.mark.parametrize("first", [{"type": "ready", "code": "other"}, {"type": "verdict"}, {}, None])
def test_other_program_at_the_socket_is_not_used(bad: Path, first: dict[str, Any] | None) -> None:
    address = EngineAddress.find()
    assert address is not None
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address.socket))
        listening.listen()

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                if first is not None:
                    version = {"protocol": protocol.VERSION, "version": "0.1.0", "load_seconds": 0}
                    connection.sendall(protocol.encode({**version, **first}))

        threading.Thread(target=answer, daemon=True).start()
        with Gate.start(shared=True) as gate:
            assert is_rejected(gate, bad)
            assert not gate.is_shared


def test_engine_of_another_user_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Gate.start(shared=True) as gate:
        gate.wait()
        monkeypatch.setattr(shared_engine, "peer_user", lambda _connected: os.getuid() + 1)
        assert shared_engine.connect() is None


def test_engine_does_not_serve_another_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runtime: Path) -> None:
    monkeypatch.setattr(engine_server, "peer_user", lambda _connected: os.getuid() + 1)
    with serving(monkeypatch, runtime, evaluator=None) as address, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(address))
        assert client.recv(100) == b""


def test_folder_that_others_may_enter_is_not_used(runtime: Path) -> None:
    folder = runtime / f"lakekit-{os.getuid()}"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    assert EngineAddress.find() is None
    folder.rmdir()
    (runtime / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(runtime / "elsewhere")
    assert EngineAddress.find() is None


def test_path_that_is_too_long_is_not_used(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = runtime / ("d" * 80)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert EngineAddress.find() is None


@pytest.mark.parametrize("variable", [ENGINE_PYTHON, shared_engine.SHARE_ENGINE])
def test_sharing_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "0")
    assert shared_engine.connect() is None


def test_additional_rules_are_never_shared(tmp_path: Path) -> None:
    with Gate.start(rules=[tmp_path], shared=True) as gate:
        assert not gate.is_shared


def test_other_code_or_settings_are_another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    found = EngineAddress.find()
    assert found is not None
    monkeypatch.setenv("CKV_SETTING", "1")
    with_setting = EngineAddress.find()
    monkeypatch.delenv("CKV_SETTING")
    monkeypatch.setattr(engine_address, "code_digest", lambda: "upgraded")
    with_code = EngineAddress.find()
    assert with_setting is not None
    assert with_code is not None
    assert len({found.socket, with_setting.socket, with_code.socket}) == 3


class serving:  # noqa: N801  a context manager
    """An engine server in a process of this test, with an evaluator of this test."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, runtime: Path, evaluator: Any, idle_seconds: float = 60.0
    ) -> None:
        self.path = runtime / "s"
        monkeypatch.setattr(worker, "load", lambda _folders: evaluator)
        self.idle_seconds = idle_seconds

    def __enter__(self) -> Path:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(self.path))
        listening.listen()
        self.process = os.fork()
        if self.process == 0:
            try:
                engine_server.EngineServer(
                    listening, self.path, self.path.with_suffix(".lock"), self.idle_seconds
                ).serve()
            finally:
                os._exit(0)
        listening.close()
        return self.path

    def __exit__(self, *_: object) -> None:
        try:
            os.kill(self.process, signal.SIGKILL)
        except ProcessLookupError:
            return
        os.waitpid(self.process, 0)


def test_requests_do_not_share_state(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    seen: list[str] = []

    def respond(evaluator: list[str], request: dict[str, Any]) -> dict[str, Any]:
        evaluator.append(request["name"])
        return {"type": "verdict", "seen": list(evaluator)}

    monkeypatch.setattr(worker, "respond", respond)
    with serving(monkeypatch, runtime, seen) as address:
        for _ in range(2):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(address))
                reader = protocol.Reader(client.fileno())
                assert (reader.read(10) or {})["type"] == "ready"
                for name in ("a", "b"):
                    client.sendall(protocol.encode({"name": name}))
                    assert (reader.read(10) or {})["seen"] == [name]
                reader.close()


def test_crash_in_a_request_ends_only_its_connection(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    def respond(_evaluator: object, request: dict[str, Any]) -> dict[str, Any]:
        if request["name"] == "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        return {"type": "verdict"}

    monkeypatch.setattr(worker, "respond", respond)
    with serving(monkeypatch, runtime, None) as address:
        answers = []
        for name in ("crash", "other"):
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str(address))
                reader = protocol.Reader(client.fileno())
                reader.read(10)
                client.sendall(protocol.encode({"name": name}))
                answers.append(reader.read(10))
                reader.close()
        assert answers == [None, {"type": "verdict"}]


def test_unused_engine_ends(monkeypatch: pytest.MonkeyPatch, runtime: Path) -> None:
    with serving(monkeypatch, runtime, None, idle_seconds=0.1) as address:
        wait_until(lambda: not address.exists(), 20)


def test_client_that_is_killed_does_not_keep_the_engine(runtime: Path) -> None:
    program = (
        "from lakekit_policies import Gate\nimport time\n"
        "gate = Gate.start(shared=True)\ngate.wait()\nprint('ready', flush=True)\ntime.sleep(60)"
    )
    client = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert client.stdout is not None
    assert client.stdout.readline() == "ready\n"
    client.kill()
    client.wait()
    client.stdout.close()
    with shared_engine.engine_for_run():
        pass
    wait_until(lambda: not servers(runtime), 20)
