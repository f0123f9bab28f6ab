"""Run a program in the foreground."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import FrameType

from lakekit_cli.exit_codes import ExitCode


def run_foreground(
    command: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    *,
    on_start: Callable[[int], None] | None = None,
) -> int:
    """Run a program and return its exit code; on an interrupt, wait until it has ended.

    A terminal sends Ctrl-C to the program, too. Without one, the program has a process group of its own, which gets
    the signals of this process: a pipeline sends them to this process alone.

    Args:
        command: Program and arguments.
        environ: All environment variables.
        folder: Working directory.
        on_start: Called with the process ID.

    Returns:
        The exit code, 128 + signal number if a signal killed the program, or that of an interrupt, whatever the
        program made of it.
    """
    own_group = sys.stdin is None or not sys.stdin.isatty()
    child: subprocess.Popen[bytes] | None = None
    interrupted = False

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        nonlocal interrupted
        interrupted = True
        if child is not None and own_group:
            _send(child, signal.SIGINT)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        process_group = 0 if own_group else None
        with subprocess.Popen(command, env=dict(environ), cwd=folder, process_group=process_group) as child:
            if interrupted and own_group:
                _send(child, signal.SIGINT)  # it arrived while the program was starting
            if on_start is not None:
                on_start(child.pid)
            try:
                code = child.wait()
            except KeyboardInterrupt:
                # SIGTERM and SIGHUP reach only this process.
                if own_group:
                    _send(child, signal.SIGTERM)
                else:
                    child.terminate()
                child.wait()
                raise
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted:
        return int(ExitCode.INTERRUPTED)
    return code if code >= 0 else 128 - code


def _send(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to the process group of a program."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
