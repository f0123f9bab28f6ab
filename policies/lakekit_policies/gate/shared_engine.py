"""Connect to the engine that all programs of a run share; start it if there is none.

Loading the rules takes longer than evaluating a plan. `cdktf deploy` starts one `lakekit-terraform` for each stack;
they share one engine, which ends :data:`~lakekit_policies.gate.engine_server.IDLE_SECONDS` after the last of them, or
with `lakekit deploy`.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from lakekit_policies.gate import protocol
from lakekit_policies.gate.connections import (
    ENGINE_PYTHON,
    SharedEngineConnection,
    engine_command,
    engine_environment,
)
from lakekit_policies.gate.engine_address import EngineAddress, peer_user

SHARE_ENGINE: Final = "LAKEKIT_ENGINE_SHARED"
"""Environment variable: ``0`` gives every program a rule engine of its own."""

_BACKLOG: Final = 128


def connect() -> SharedEngineConnection | None:
    """Connect to the shared engine, or start it; None if this process needs an engine of its own.

    An engine of another interpreter (LAKEKIT_ENGINE_PYTHON) is not shared.
    """
    if os.environ.get(SHARE_ENGINE) == "0" or os.environ.get(ENGINE_PYTHON):
        return None
    address = EngineAddress.find()
    if address is None:
        return None
    try:
        connected = _connect(address) or _start(address)
    except OSError:
        return None
    return SharedEngineConnection(connected, address.code, address.log) if connected else None


@contextlib.contextmanager
def engine_for_run() -> Iterator[None]:
    """Keep the shared engine for the duration of a run, and end it with the run unless others use it."""
    connection = connect()
    try:
        yield
    finally:
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.send(protocol.encode({"type": "end_when_unused"}))
            connection.close()


def _connect(address: EngineAddress) -> socket.socket | None:
    connected = socket.socket(socket.AF_UNIX)
    try:
        connected.connect(str(address.socket))
        if peer_user(connected) == os.getuid():
            return connected
    except OSError:
        pass  # no engine, or one that has ended without removing its socket
    connected.close()
    return None


def _start(address: EngineAddress) -> socket.socket | None:
    """Start the engine with a socket that listens already, so that it can be found while it loads."""
    with address.lock.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (connected := _connect(address)) is not None:
            return connected
        address.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(address.socket))
            address.socket.chmod(0o600)
            listening.listen(_BACKLOG)
            _run_server(address, listening)
        return _connect(address)


def _run_server(address: EngineAddress, listening: socket.socket) -> None:
    descriptor = listening.fileno()
    arguments = [str(descriptor), str(address.socket), str(address.lock)]
    log = os.open(address.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        subprocess.Popen(
            engine_command(sys.executable, "lakekit_policies.gate.engine_server", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[descriptor],
            env=engine_environment(os.environ, foreign=False),
            cwd="/",  # requests name absolute paths
            start_new_session=True,  # Ctrl-C in the terminal ends its programs, not what they share
        )
    finally:
        os.close(log)
