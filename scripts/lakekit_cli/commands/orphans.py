"""Processes that a stopped program has left in the process group of this process, as on a terminal.

The parent of a process whose parent has ended is the nearest ancestor that is a subreaper (prctl(2),
PR_SET_CHILD_SUBREAPER, Linux); elsewhere such processes are not found.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from lakekit_policies.run_lock import processes

_PR_SET_CHILD_SUBREAPER: Final = 36
_PAUSE: Final = 0.2


@contextmanager
def adopted() -> Iterator[set[int]]:
    """Be the parent of the processes that a program leaves; yield the descendants that this process has before."""
    _set_subreaper(True)
    try:
        yield _descendants()
    finally:
        _set_subreaper(False)


def end_orphans(before: set[int], seconds: float) -> None:
    """End the descendants of this process in its process group; kill those that are still there after some seconds.

    Args:
        before: Descendants that are left as they are.
        seconds: For what has been asked to end.
    """
    end = time.monotonic() + seconds
    number = signal.SIGTERM
    while left := [process for process in _descendants() - before if _in_own_group(process)]:
        for process in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, number)
        time.sleep(_PAUSE)
        for process in left:
            with suppress(ChildProcessError):
                os.waitpid(process, os.WNOHANG)
        if number == signal.SIGKILL:
            return
        if time.monotonic() > end:
            number = signal.SIGKILL


def _set_subreaper(value: bool) -> None:
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(value), 0, 0, 0)


def _descendants() -> set[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        if (process := processes.find(int(entry.name))) is not None:
            children.setdefault(process.parent, []).append(process.pid)
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        next_ones = children.get(waiting.pop(), [])
        found.update(next_ones)
        waiting.extend(next_ones)
    return found


def _in_own_group(process: int) -> bool:
    try:
        return os.getpgid(process) == os.getpgrp()
    except ProcessLookupError:
        return False
