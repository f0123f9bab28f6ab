"""Connections of the gate to a rule engine: a worker process of its own, or the engine that a run shares."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Protocol, Self

from lakekit_policies.errors import GateError
from lakekit_policies.gate import protocol

ENGINE_PYTHON: Final = "LAKEKIT_ENGINE_PYTHON"
"""Environment variable: the interpreter that has checkov, if it is not the app's own."""

_LOG_TAIL_CHARACTERS: Final = 2000

# Run a module of this package, whichever version is installed for the other interpreter.
_BOOTSTRAP: Final = """
import importlib.util, runpy, sys
module, folder = sys.argv.pop(1), sys.argv.pop(1)
spec = importlib.util.spec_from_file_location(
    "lakekit_policies", folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules["lakekit_policies"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


class Connection(Protocol):
    """Two streams of messages with a rule engine."""

    responses: protocol.Reader
    code: str
    """Digest of the code that the engine must have loaded; empty if it loads the code of this process."""

    def send(self, message: bytes) -> None:
        """Send a message; raise OSError if the engine has ended."""

    def ending(self) -> str:
        """Describe how the engine has ended, with the end of its log."""

    def close(self) -> None:
        """Close the streams and end what belongs to this connection only."""


class WorkerProcess:
    """An engine of this process only, which ends with the connection."""

    code = ""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        self.process = process
        self._log = log
        assert process.stdin is not None  # noqa: S101  # for mypy: start() asked for pipes
        assert process.stdout is not None  # noqa: S101
        self._requests: IO[bytes] = process.stdin
        self.responses = protocol.Reader(process.stdout.fileno())

    @classmethod
    def start(cls, rules: Sequence[Path]) -> Self:
        """Start the process; it loads in the background.

        Raises:
            GateError: the interpreter cannot be started.
        """
        python = os.environ.get(ENGINE_PYTHON) or sys.executable
        command = engine_command(python, "lakekit_policies.gate.worker", *(str(path.resolve()) for path in rules))
        log = tempfile.TemporaryFile(prefix="lakekit-engine-")  # noqa: SIM115  # closed with the process
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=engine_environment(os.environ, foreign=python != sys.executable),
            )
        except OSError as error:
            log.close()
            raise GateError(
                "engine_start", f"{python}: cannot be started: {error.strerror}. Check {ENGINE_PYTHON}."
            ) from error
        return cls(process, log)

    def send(self, message: bytes) -> None:
        """Write to the standard input of the process."""
        self._requests.write(message)
        self._requests.flush()

    def ending(self) -> str:
        """Describe exit code and standard error."""
        try:
            code: int | str = self.process.wait(5)
        except subprocess.TimeoutExpired:
            code = "unknown"
        return f"the rule engine ended (exit code {code}){tail(self._log)}"

    def close(self) -> None:
        """Kill the process."""
        self.responses.close()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue  # an unsent request to a dead worker
        self.process.kill()
        self.process.wait()
        self._log.close()


class SharedEngineConnection:
    """A connection to the engine of a run. Each connection, and each request, has a copy of the loaded engine."""

    def __init__(self, connected: socket.socket, code: str, log: Path) -> None:
        self._socket = connected
        self._log = log
        self.code = code
        self.responses = protocol.Reader(connected.fileno())

    def send(self, message: bytes) -> None:
        """Write to the socket."""
        self._socket.sendall(message)

    def ending(self) -> str:
        """Describe the end of the log that the connections of this engine share."""
        try:
            with self._log.open("rb") as log:
                return f"the rule engine of this run ended{tail(log)}"
        except OSError:
            return "the rule engine of this run ended"

    def close(self) -> None:
        """Disconnect; the engine goes on for others."""
        self.responses.close()
        self._socket.close()


def engine_command(python: str, module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module of this package; ``-P`` keeps the working directory off the path."""
    folder = Path(__file__).resolve().parents[1]
    return [python, "-P", "-c", _BOOTSTRAP, module, str(folder), *arguments]


def engine_environment(inherited: Mapping[str, str], *, foreign: bool) -> dict[str, str]:
    """Environment of an engine: that of the app without variables that change checkov."""
    dropped = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"} if foreign else set()
    kept = {name: value for name, value in inherited.items() if name not in dropped}
    return {**kept, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}


def tail(log: IO[bytes]) -> str:
    """Return the end of a log for an error message."""
    if log.closed:
        return ""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(0, size - _LOG_TAIL_CHARACTERS))
    text = log.read().decode(errors="replace").strip()
    return f":\n{text}" if text else ""
