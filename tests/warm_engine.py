"""A rule engine that is loaded once: workers of the gate start as copies of it, in milliseconds instead of a second.

`LAKEKIT_ENGINE_PYTHON` names the script that `start` writes. The script hands its arguments, working directory,
environment and standard streams to a server, which forks a process that runs the gate's worker with them. What is
tested stays the same: each worker is a process of its own that speaks the gate's protocol, and loads the pack itself
when it is given more rules. Loading the engine has tests of its own in tests/policies/test_gate_worker.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

# Runs without the site module: it starts in a fiftieth of a second. Like the worker it ignores Ctrl-C.
CLIENT = """
import json, os, signal, socket, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
server = socket.socket(socket.AF_UNIX)
server.connect(sys.argv[1])
socket.send_fds(server, [b"streams"], [0, 1, 2])
server.sendall(json.dumps([sys.argv[2:], os.getcwd(), dict(os.environ)]).encode())
server.shutdown(socket.SHUT_WR)
os.close(0)
os.close(1)
code = server.recv(16)
os._exit(int(code) if code else 70)
"""


@contextlib.contextmanager
def start() -> Iterator[str]:
    """Start the server; yield the path to set `LAKEKIT_ENGINE_PYTHON` to."""
    # The path of a Unix socket has at most 108 bytes (unix(7)): the temporary folders of tests are too deep.
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        address, client, script = (Path(folder) / name for name in ("socket", "client.py", "python"))
        client.write_text(CLIENT)
        command = shlex.join([sys.executable, "-IS", str(client), str(address)])
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        script.chmod(0o755)
        listening.bind(str(address))
        listening.listen(64)
        process = subprocess.Popen(
            [sys.executable, "-P", __file__, str(listening.fileno())],
            pass_fds=[listening.fileno()],
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"},  # as the gate starts its worker
            stdin=subprocess.DEVNULL,
        )
        try:
            yield str(script)
        finally:
            process.terminate()
            process.wait()


def serve(listening: socket.socket) -> None:
    """Load the engine, and fork a worker for each connection."""
    from lakekit_policies.gate import worker

    load, loaded = worker.load, worker.load([])
    worker.load = lambda folders: load(folders) if folders else loaded
    signal.signal(signal.SIGCHLD, _reap)
    while True:
        connection, _ = listening.accept()
        if os.fork() == 0:
            listening.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _run(connection, worker.main)
        connection.close()


def _run(connection: socket.socket, main: Any) -> None:
    """Run the worker with the streams and settings of the client, send the exit code, and end."""
    code = 1
    try:
        _, streams, _, _ = socket.recv_fds(connection, 16, 3)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        arguments, folder, environ = json.loads(b"".join(iter(lambda: connection.recv(1 << 16), b"")))
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environ)
        # -P -c PROGRAM MODULE FOLDER RULES…
        code = main(arguments[5:])
    finally:
        sys.stderr.flush()
        connection.sendall(str(code).encode())
        os._exit(code)


def _reap(_: int, __: FrameType | None) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
