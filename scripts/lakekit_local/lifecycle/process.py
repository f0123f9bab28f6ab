"""Find, start and stop the server process."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakekit_local.errors import LocalCloudError, NotSavedError
from lakekit_local.lifecycle.private_files import private_folder, write_private
from lakekit_policies.shared.regular_file import read_regular_text

HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningServer:
    """A running server that answers requests."""

    pid: int
    port: int
    token: str
    code: str = ""

    @property
    def is_up_to_date(self) -> bool:
        """Whether the server runs the same code as the caller; after an upgrade or an edit it needs a restart."""
        return self.code == code_digest()

    def request(self, what: str, timeout: float = 5.0, body: Any = None) -> dict[str, Any]:
        """Send a control request.

        Args:
            what: Path of the request below ``/_lakekit/``.
            timeout: Seconds to wait for the response.
            body: What to send as JSON.

        Raises:
            OSError: No local cloud answers.
        """
        return request(self.port, what, self.token, timeout, body)


def request(port: int, what: str, token: str, timeout: float = 5.0, body: Any = None) -> dict[str, Any]:
    """Send a control request to a port, ignoring proxy settings.

    Raises:
        OSError: No local cloud answers there.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        method, sent = ("GET", None) if body is None else ("POST", json.dumps(body))
        connection.request(method, f"/_lakekit/{what}", sent, headers={"X-Lakekit-Token": token})
        answer = connection.getresponse()
        payload = answer.read()
        if answer.status not in {200, 403}:
            raise OSError(f"port {port} answered {answer.status}")
        parsed: dict[str, Any] = json.loads(payload)
        return parsed
    except (http.client.HTTPException, ValueError) as error:
        raise OSError(f"port {port} is not a local cloud: {error}") from error
    finally:
        connection.close()


def find_running(home: Path) -> RunningServer | None:
    """Return the project's server if its process is alive and accepts the project's token."""
    try:
        recorded = json.loads(read_regular_text(home / "server.json"))
        token = read_regular_text(home / "token").strip()
        running = RunningServer(int(recorded["pid"]), int(recorded["port"]), token, str(recorded.get("code", "")))
        answer = running.request("health")
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return running if answer.get("pid") == running.pid else None


@functools.cache
def code_digest() -> str:
    """Return a digest of the source code of `lakekit_local`."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parents[1].rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def start(home: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server in the background, in a session of its own so that Ctrl-C does not reach it."""
    private_folder(home)
    token = home / "token"
    write_private(token, secrets.token_hex(16))
    (home / "failure.json").unlink(missing_ok=True)
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))}
    command = [sys.executable, "-m", "lakekit_local.server.server", "--home", str(home)]
    command += ["--port", str(port), "--token-file", str(token)]
    with (home / "server.out").open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, env=environ
        )
    record = home / "server.json.new"
    record.write_text(json.dumps({"pid": process.pid, "port": port, "code": code_digest()}))
    record.replace(home / "server.json")
    return process


def wait_until_ready(home: Path, process: subprocess.Popen[bytes], timeout: float = 60.0) -> RunningServer:
    """Wait until the server answers.

    Raises:
        LocalCloudError: It exited (with the error it recorded) or did not answer in time.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        running = find_running(home)
        if running:
            return running
        if process.poll() is not None:
            raise _start_error(home)
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    raise LocalCloudError(f"the local cloud did not answer within {timeout:.0f} s", where=str(home / "server.log"))


def stop(home: Path, running: RunningServer, timeout: float = 30.0) -> None:
    """Send SIGTERM and wait until the process has saved its snapshot and exited.

    Raises:
        NotSavedError: The server could not save its state.
        LocalCloudError: The server does not stop.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if not _alive(running.pid):
            if failure := _failure(home):
                raise NotSavedError(failure.problem, where=failure.where, fix=failure.fix)
            return
        time.sleep(0.05)
    raise LocalCloudError(f"the local cloud (process {running.pid}) did not stop within {timeout:.0f} s")


def _alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # a child of this process would stay as a zombie
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _failure(home: Path) -> LocalCloudError | None:
    """Return the error that the server recorded before it exited; the next start removes the file."""
    with contextlib.suppress(OSError, ValueError):
        recorded = json.loads(read_regular_text(home / "failure.json"))
        return LocalCloudError(recorded["problem"], where=recorded["where"], fix=recorded["fix"])
    return None


def _start_error(home: Path) -> LocalCloudError:
    """Return the error that the server recorded, else one with the last line of its output."""
    if failure := _failure(home):
        return failure
    last_line = ""
    with contextlib.suppress(OSError, IndexError):
        last_line = ": " + read_regular_text(home / "server.out", errors="replace").strip().splitlines()[-1]
    return LocalCloudError(f"the local cloud did not start{last_line}", where=str(home / "server.log"))
