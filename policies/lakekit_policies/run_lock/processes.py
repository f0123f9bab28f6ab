"""Processes of this machine: process ID and start time together identify one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Process:
    """A running process.

    Attributes:
        pid: process ID.
        parent: process ID of the parent.
        started: start time, in a form that only this machine compares.
        command: command line.
    """

    pid: int
    parent: int
    started: str
    command: str


def find(pid: int) -> Process | None:
    """Return a running process; None if it does not exist or has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").replace("\0", " ")
    except OSError:
        return None if Path("/proc/self/stat").exists() else _find_by_ps(pid)
    # proc(5): the second field is the name in parentheses, which may contain spaces; 3 state, 4 parent, 22 start time.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else Process(pid, int(fields[1]), fields[19], command)


def ancestors() -> Iterator[Process]:
    """Yield the processes that have started this one, nearest first."""
    process = find(os.getppid())
    while process is not None and process.pid > 1:
        yield process
        process = find(process.parent)


def _find_by_ps(pid: int) -> Process | None:
    try:
        done = subprocess.run(
            ["ps", "-o", "ppid=,lstart=,command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    fields = done.stdout.split()
    if len(fields) < 7:
        return None
    return Process(pid, int(fields[0]), " ".join(fields[1:6]), " ".join(fields[6:]))
