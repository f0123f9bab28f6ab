"""Shared engine: loads the rules once, and forks a copy of itself for each connection and each request.

No request can change what another one is evaluated with: caches of rules and of checkov end with the copy. The
process that loaded the rules never evaluates.

Ends after :data:`IDLE_SECONDS` without a connection, or at once after an ``end_when_unused`` message. Clients
fail closed: a connection that ends before its verdict is an evaluation error.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.gate import protocol, worker
from lakekit_policies.gate.engine_address import code_digest, peer_user
from lakekit_policies.shared.version import __version__

IDLE_SECONDS: Final = 30.0
"""How long an unused engine stays: longer than Terraform needs to initialize the next stack."""

_POLL_SECONDS: Final = 0.5


class EngineServer:
    """Accepts connections on a socket that listens already.

    Args:
        listening: the socket, bound to ``path``.
        path: removed at the end.
        lock: file whose lock serializes creation and removal of the socket.
        idle_seconds: how long to stay without a connection.
    """

    def __init__(self, listening: socket.socket, path: Path, lock: Path, idle_seconds: float = IDLE_SECONDS) -> None:
        self._listening = listening
        self._path = path
        self._lock = lock
        self._idle_seconds = idle_seconds
        self._children: set[int] = set()
        self._ended_by_run = False
        # Copies write to it when a run asks the engine to end.
        self._notices, self._notify = os.pipe()
        os.set_blocking(self._notices, False)

    def serve(self) -> None:
        """Load the rules; serve until the engine is unused."""
        code = code_digest()
        started = time.perf_counter()
        loaded: Any = None
        try:
            loaded = worker.load([])
            first = {"type": "ready", "protocol": protocol.VERSION, "version": __version__, "code": code}
        except GateError as error:
            first = worker.failure(error)
        first["load_seconds"] = round(time.perf_counter() - started, 3)
        used = time.monotonic()
        while True:
            incoming = self._listening.fileno()
            ready, _, _ = select.select([incoming, self._notices], [], [], _POLL_SECONDS)
            if self._notices in ready:
                with contextlib.suppress(BlockingIOError):
                    self._ended_by_run = bool(os.read(self._notices, 64)) or self._ended_by_run
            if incoming in ready:
                self._accept(loaded, first)
            self._reap()
            if self._children:
                used = time.monotonic()
            elif (self._ended_by_run or time.monotonic() - used > self._idle_seconds) and self._close_unused():
                return

    def _accept(self, loaded: Any, first: dict[str, Any]) -> None:
        connection, _ = self._listening.accept()
        with connection:
            if peer_user(connection) != os.getuid():
                return
            child = os.fork()
            if child:
                self._children.add(child)
                # A run that starts while another one ends keeps the engine.
                self._ended_by_run = False
                return
            code = 1
            try:
                self._listening.close()
                with contextlib.suppress(ConnectionError):
                    self._serve_connection(connection, loaded, first)
                code = 0
            finally:
                sys.stderr.flush()
                os._exit(code)

    def _serve_connection(self, connection: socket.socket, loaded: Any, first: dict[str, Any]) -> None:
        with connection.makefile("rb") as requests:
            with contextlib.suppress(OSError):  # a client that has gone already can have left a message
                connection.sendall(protocol.encode(first))
            for line in requests:
                request = protocol.decode(line)
                if request.get("type") == "end_when_unused":
                    os.write(self._notify, b"e")
                    return
                if not _evaluate_in_copy(loaded, request, connection):
                    return  # the client sees the end of the connection, not a verdict

    def _reap(self) -> None:
        for child in list(self._children):
            ended, _ = os.waitpid(child, os.WNOHANG)
            if ended:
                self._children.discard(child)

    def _close_unused(self) -> bool:
        """Remove the socket, unless a client has connected meanwhile."""
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiting, _, _ = select.select([self._listening], [], [], 0)
            if waiting:
                return False
            self._path.unlink(missing_ok=True)
            self._listening.close()
            return True


def _evaluate_in_copy(loaded: Any, request: dict[str, Any], connection: socket.socket) -> bool:
    child = os.fork()
    if not child:
        code = 1
        try:
            connection.sendall(protocol.encode(worker.respond(loaded, request)))
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return status == 0


def main(arguments: list[str]) -> int:
    """Serve on the inherited socket ``arguments[0]``, which is bound to the path ``arguments[1]``."""
    descriptor, path, lock = arguments
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the programs of the run handle them and disconnect
    EngineServer(socket.socket(fileno=int(descriptor)), Path(path), Path(lock)).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
