"""Runs Terraform as a child that an interrupt stops exactly once, and that a lost terminal cannot kill.

A second interrupt makes Terraform exit at once and lose state, and cdktf-cli easily sends two (its own, and the
SIGHUP of the terminal it closes). So Terraform runs in a process group of its own, out of the terminal's reach,
with SIGHUP ignored, and this process passes the first interrupt on, whichever signal it came as.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class InterruptHandler:
    """Counts the interrupts of a run and passes the first on to whatever child is running."""

    def __init__(self) -> None:
        self.received = False
        self._running = False
        self._child: subprocess.Popen[bytes] | None = None

    @contextmanager
    def installed(self) -> Iterator[InterruptHandler]:
        """Take over SIGINT, SIGTERM and SIGHUP; once one has come, the rest of the process takes no further one.

        Terraform may have ended while they still come in: a second one must not take its exit code away.
        """
        before = {number: signal.signal(number, self._on_signal) for number in STOP_SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, signal.SIG_IGN if self.received else handler)

    def run(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        stdout: int | None = None,
        relay: Callable[[Iterator[bytes]], None] | None = None,
    ) -> int:
        """Run a command to its end.

        Args:
            command: program and arguments.
            environ: its whole environment.
            stdout: a file descriptor for its output; ours by default.
            relay: reads its output line by line instead.

        Returns:
            Its exit code; 128 + the signal's number if a signal killed it.
        """
        # An ignored signal stays ignored across exec, a handler of ours would not.
        handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._running = True
        try:
            child = subprocess.Popen(
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if relay else stdout,
                process_group=0,
            )
        finally:
            signal.signal(signal.SIGHUP, handler)
        self._child = child
        try:
            # It may have come while the child was being started.
            if self.received:
                self._stop(child)
            if relay and child.stdout:
                relay(iter(child.stdout.readline, b""))
            code = child.wait()
        finally:
            self._child, self._running = None, False
        return code if code >= 0 else 128 - code

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        child = self._child
        if self.received:
            if child is not None:
                print_stderr("Still stopping: Terraform is saving its state.")
            return
        self.received = True
        if child is not None:
            self._stop(child)
        elif not self._running:
            raise KeyboardInterrupt

    @staticmethod
    def _stop(child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGINT)


def print_stderr(text: str) -> None:
    """Print a line to standard error; a terminal that has gone away is no reason to fail."""
    write_all(sys.stderr.fileno(), f"{text}\n".encode())


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, unless nobody reads any more."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        pass
