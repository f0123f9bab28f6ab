"""Run a program in the foreground."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Final

from lakekit_cli.commands.orphans import adopted, end_orphans
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr
from lakekit_cli.terraform_gate.process import stop_signals

_SECONDS: Final = 1.0
"""After the first signal; a service manager can send two at once."""
_SECONDS_TO_HINT: Final = 3.0
_PAUSES: Final = (0.0, 0.2, 0.5)
"""Before each signal to what a stopped program has left; a process can still be starting at the first ones."""
_SECONDS_TO_END: Final = 5.0
"""For what a stopped program has left."""


def run_foreground(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    *,
    on_start: Callable[[int], None] | None = None,
    stdout: IO[str] | None = None,
    stderr: IO[str] | None = None,
) -> int:
    """Run a program and return its exit code; on an interrupt, wait until it has ended.

    A terminal sends Ctrl-C to the program, too. Without one, the program has a process group of its own, which gets
    the signals of this process: a pipeline sends them to this process alone.

    Args:
        command: Program and arguments.
        environ: All environment variables.
        folder: Working directory.
        on_start: Called with the process ID.
        stdout: File for its output; that of this process by default.
        stderr: File for its standard error; that of this process by default.

    Returns:
        The exit code, 128 + signal number if a signal killed the program, or that of an interrupt, whatever the
        program made of it.

    Raises:
        KeyboardInterrupt: SIGTERM or SIGHUP was received, and the program has ended.
    """
    own_group = sys.stdin is None or not sys.stdin.isatty()
    child: subprocess.Popen[bytes] | None = None
    received: list[int] = []
    first = 0.0

    def on_signal(number: int, _frame: FrameType | None) -> None:
        nonlocal first
        received.append(number)
        first = first or time.monotonic()
        if child is not None:
            # A program that ignores the first one is killed by one that follows later.
            is_later = time.monotonic() - first > _SECONDS
            _forward(child, signal.SIGKILL if is_later else number, own_group=own_group)

    # No handler raises an exception: one that is raised while the program starts would leave it running.
    process_group = 0 if own_group else None
    with stop_signals(on_signal), nullcontext(set[int]()) if own_group else adopted() as before:
        with subprocess.Popen(
            command, env=dict(environ), cwd=folder, process_group=process_group, stdout=stdout, stderr=stderr
        ) as child:
            for number in received:  # they arrived while the program was starting
                _forward(child, number, own_group=own_group)
            if on_start is not None:
                on_start(child.pid)
            code = _wait(child, lambda: first)
        if received and own_group:
            _end_group(child.pid)
        elif received:
            end_orphans(before, _SECONDS_TO_END)
    if any(number != signal.SIGINT for number in received):
        raise KeyboardInterrupt
    if received:
        return int(ExitCode.INTERRUPTED)
    return code if code >= 0 else 128 - code


def run_captured(command: Sequence[str], environ: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    """Run a program like `run_foreground`; return its exit code, output and standard error."""
    with (
        tempfile.TemporaryFile("w+", errors="replace") as stdout,
        tempfile.TemporaryFile("w+", errors="replace") as stderr,
    ):
        code = run_foreground(command, environ, folder, stdout=stdout, stderr=stderr)
        stdout.seek(0)
        stderr.seek(0)
        return code, stdout.read(), stderr.read()


def _wait(child: subprocess.Popen[bytes], interrupted_at: Callable[[], float]) -> int:
    """Wait until a program has ended; after an interrupt that it does not follow, print how to kill it."""
    is_said = False
    while True:
        with suppress(subprocess.TimeoutExpired):
            return child.wait(_SECONDS)
        if not is_said and (first := interrupted_at()) and time.monotonic() - first > _SECONDS_TO_HINT:
            is_said = True
            echo_stderr("Waiting for the app to end; interrupt again to kill it.")


def _end_group(group: int) -> None:
    """End what a stopped program has left in its process group: it would go on writing the output folder.

    A process that the program was starting when the signal came can have lost it: a shell's handler for the signal
    is in force there until the new program is executed. What is still there after some seconds is killed.
    """
    end = time.monotonic() + _SECONDS_TO_END
    with suppress(ProcessLookupError, PermissionError):
        for pause in _PAUSES:
            time.sleep(pause)
            os.killpg(group, signal.SIGTERM)
        while time.monotonic() < end:
            time.sleep(_PAUSES[1])
            os.killpg(group, 0)
        os.killpg(group, signal.SIGKILL)


def _forward(child: subprocess.Popen[bytes], number: int, *, own_group: bool) -> None:
    """Send a signal to the process group of a program; on a terminal, Ctrl-C has reached it already."""
    if child.poll() is not None:
        return
    with suppress(ProcessLookupError):
        if own_group:
            os.killpg(child.pid, number)
        elif number != signal.SIGINT:
            child.send_signal(number)
