"""Run Terraform as a child process that receives exactly one interrupt and survives a closed terminal.

A second interrupt makes Terraform exit at once and lose state, and cdktf-cli easily sends two (its own, and the
SIGHUP of the terminal it closes). Terraform therefore runs in its own process group with SIGHUP ignored, and this
process forwards the first of SIGINT, SIGTERM and SIGHUP as SIGINT.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from lakekit_policies.shared.safe_text import clean_lines

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stop_signals(
    handler: Callable[[int, FrameType | None], object], *, ignored_afterwards: Callable[[], bool] = bool
) -> Iterator[None]:
    """Handle the signals that end this process, except those that it ignores: `nohup` ignores SIGHUP.

    Args:
        handler: Called with the number of each signal.
        ignored_afterwards: Whether further signals are ignored then, until this process has stated what was applied.
    """
    handled = [number for number in STOP_SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in handled}
    try:
        yield
    finally:
        for number, previous in before.items():
            signal.signal(number, signal.SIG_IGN if ignored_afterwards() else previous)


class InterruptHandler:
    """Forward the first interrupt of a run to the running child process; ignore further ones."""

    def __init__(self, on_start: Callable[[int], None] | None = None) -> None:
        """Create a handler.

        Args:
            on_start: Called with the process ID of each child process.
        """
        self._on_start = on_start
        self._inherited: tuple[int, ...] = ()
        self.received = False
        self._running = False
        self._deferring = False
        self._child: subprocess.Popen[bytes] | None = None

    @contextmanager
    def inheriting(self, descriptor: int) -> Iterator[None]:
        """Pass an open file descriptor to the child processes."""
        before, self._inherited = self._inherited, (*self._inherited, descriptor)
        try:
            yield
        finally:
            self._inherited = before

    @contextmanager
    def deferred(self) -> Iterator[None]:
        """Note an interrupt in `received` instead of raising it while no child process runs."""
        before, self._deferring = self._deferring, True
        try:
            yield
        finally:
            self._deferring = before

    @contextmanager
    def installed(self) -> Iterator[InterruptHandler]:
        """Handle SIGINT, SIGTERM and SIGHUP; after the first signal, ignore them until the process exits.

        Signals may still arrive after Terraform has ended and must not replace its exit code.
        """
        with stop_signals(self._on_signal, ignored_afterwards=lambda: self.received):
            yield self

    def run(
        self,
        command: Sequence[str],
        environ: Mapping[str, str],
        *,
        stdout: int | None = None,
        stderr: int | None = None,
        relay: Callable[[Iterator[bytes]], None] | None = None,
    ) -> int:
        """Run a command and wait for it.

        Args:
            command: Program and arguments.
            environ: All environment variables of the child.
            stdout: File descriptor for its output; that of this process by default.
            stderr: File descriptor for its standard error; that of this process by default.
            relay: Reads the output line by line instead.

        Returns:
            The exit code; 128 + signal number if a signal killed the child.
        """
        # An ignored signal stays ignored across exec; a Python handler does not.
        handler = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._running = True
        try:
            child = subprocess.Popen(
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if relay else stdout,
                stderr=stderr,
                process_group=0,
                pass_fds=self._inherited,
            )
        finally:
            signal.signal(signal.SIGHUP, handler)
        self._child = child
        if self._on_start is not None:
            self._on_start(child.pid)
        try:
            # The signal may have arrived while the child was starting.
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
                print_stderr("Still stopping: waiting until Terraform has ended.")
            return
        self.received = True
        if child is not None:
            self._stop(child)
        elif not (self._running or self._deferring):
            raise KeyboardInterrupt

    @staticmethod
    def _stop(child: subprocess.Popen[bytes]) -> None:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGINT)


def print_stderr(text: str) -> None:
    """Print lines to standard error, unsafe characters escaped; ignore a closed terminal."""
    write_all(sys.stderr.fileno(), f"{clean_lines(text)}\n".encode())


def write_all(descriptor: int, data: bytes) -> None:
    """Write all data; ignore a closed reader."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        pass
