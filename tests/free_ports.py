"""Ports for the servers that tests start."""

from __future__ import annotations

import os
import random

from lakekit_local.lifecycle.ports import is_free

_PORTS_OF_A_PROCESS = 500
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_FIRST_PORT = 24_000 + _PORTS_OF_A_PROCESS * (_WORKER % 16)
_ports = iter(random.sample(range(_FIRST_PORT, _FIRST_PORT + _PORTS_OF_A_PROCESS), _PORTS_OF_A_PROCESS))


def free_port() -> int:
    """An unused port that the kernel does not assign to other processes.

    Below those that the kernel gives to outgoing connections (from 32768 on Linux, 49152 elsewhere), each once in this
    process, and other ones in each of the processes that run the tests side by side.
    """
    for port in _ports:
        if is_free(port):
            return port
    raise AssertionError("every port of this process is in use")
