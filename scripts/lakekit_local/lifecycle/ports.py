"""Choose the port of the server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
from pathlib import Path

from lakekit_local.errors import LocalCloudError, PortInUseError
from lakekit_local.lifecycle.process import HOST, request
from lakekit_policies.shared.regular_file import read_regular_text

DEFAULT_PORT = 4577
PORT_VARIABLE = "LAKEKIT_LOCAL_PORT"


def choose_port(home: Path) -> int:
    """Return the port to listen on: LAKEKIT_LOCAL_PORT, else the last one of this project, else 4577.

    If the variable is not set and the local cloud of another project holds the port, the next free port is used.

    Raises:
        PortInUseError: Another program holds the port, or no port of the range is free.
        LocalCloudError: LAKEKIT_LOCAL_PORT is not a port number.
    """
    configured = os.environ.get(PORT_VARIABLE)
    if configured is not None:
        if not configured.isdecimal() or not 1 <= int(configured) <= 65535:
            raise LocalCloudError(
                f"{configured!r} is not a port number", where=PORT_VARIABLE, fix="set it to a number from 1 to 65535"
            )
        _require_free(int(configured))
        return int(configured)
    port = _last_port(home) or DEFAULT_PORT
    for candidate in range(port, min(port + 50, 65536)):
        if is_free(candidate):
            return candidate
        if candidate == port and not _is_another_project(port):
            _require_free(port)
    raise PortInUseError(f"No port from {port} to {port + 49} is free", fix=f"export {PORT_VARIABLE}=<a free port>")


def is_free(port: int) -> bool:
    """Whether the port can be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _last_port(home: Path) -> int | None:
    try:
        return int(json.loads(read_regular_text(home / "server.json"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_another_project(port: int) -> bool:
    try:
        return "project" in request(port, "health", "", timeout=1.0)
    except OSError:
        return False


def _require_free(port: int) -> None:
    if is_free(port):
        return
    holder = _port_owner(port)
    by = f" by {holder}" if holder else ""
    if _is_another_project(port):
        by = f" by the local cloud of {request(port, 'health', '', timeout=1.0)['project']}"
    raise PortInUseError(
        f"Port {port} on {HOST} is in use{by}",
        where="the local cloud",
        fix=f"stop it, or choose another port: export {PORT_VARIABLE}={port + 1}",
    )


def _port_owner(port: int) -> str | None:
    """Return ``name (process 123)`` of the listener, if this user may see it: /proc on Linux, lsof elsewhere."""
    try:
        inodes = {
            fields[9]
            for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
            if (fields := line.split())[3] == "0A" and int(fields[1].split(":")[1], 16) == port
        }
        for link in Path("/proc").glob("[0-9]*/fd/*"):
            with contextlib.suppress(OSError):
                found = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
                if found and found.group(1) in inodes:
                    process = link.parts[2]
                    return f"{Path('/proc', process, 'comm').read_text().strip()} (process {process})"
    except OSError:
        with contextlib.suppress(OSError, subprocess.SubprocessError, IndexError):
            listed = subprocess.run(
                ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN"], capture_output=True, text=True, timeout=5, check=True
            )
            name, process = listed.stdout.splitlines()[1].split()[:2]
            return f"{name} (process {process})"
    return None
