"""Run a program over several stacks and follow their progress."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from lakekit_cli.run_output.approvals import ApprovalServer
from lakekit_cli.run_output.display import RunDisplay
from lakekit_cli.run_output.logs import Follower, RunLogs
from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.terraform_gate.phase_record import read_phase
from lakekit_cli.terraform_gate.process import STOP_SIGNALS, stop_signals

POLL_SECONDS = 0.1


@dataclass
class RunMonitor:
    """Progress of the stacks of a run, and the program that it is following.

    Attributes:
        logs: Logs of the run.
        record: File of the recorded phases.
        display: Where to show the progress.
        plan_only: Whether the run ends with the gate of each stack.
        approvals: Where stacks ask for approval; None if the run is approved.
        on_start: Called with the process ID of the program.
        is_running: Whether a stack is still being planned or applied, by its name.
        stacks: Progress by stack, in the order of deployment.
        interrupted: Whether the user has interrupted the run.
    """

    logs: RunLogs
    record: Path
    display: RunDisplay
    plan_only: bool = False
    approvals: ApprovalServer | None = None
    on_start: Callable[[int], None] | None = None
    is_running: Callable[[str], bool] | None = None
    stacks: dict[str, StackProgress] = field(default_factory=dict)
    interrupted: bool = False
    _asking: bool = field(default=False, init=False)
    _own_session: bool = field(default=False, init=False)
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _followers: dict[str, Follower] = field(default_factory=dict, init=False)
    _phases: Follower = field(init=False)

    def __post_init__(self) -> None:
        self._phases = Follower(self.record)

    def run(self, command: Sequence[str], environ: Mapping[str, str], folder: Path) -> int:
        """Run a program in the foreground process group, so that Ctrl-C reaches it; wait until it has cleaned up.

        Returns:
            Its exit code; 128 + signal number if a signal ended it.
        """
        descriptor = self.logs.open_cdktf()
        try:
            # cdktf handles signals that it should ignore, such as SIGHUP under `nohup`: it must not receive them.
            self._own_session = any(signal.getsignal(number) is signal.SIG_IGN for number in STOP_SIGNALS)
            with self._interrupts():
                child = subprocess.Popen(
                    command, env=dict(environ), cwd=folder, start_new_session=self._own_session,
                    stdin=subprocess.DEVNULL, stdout=descriptor, stderr=subprocess.STDOUT,
                )  # fmt: skip
                self._child = child
                if self.on_start is not None:
                    self.on_start(child.pid)
                while child.poll() is None:
                    self.poll()
                    time.sleep(POLL_SECONDS)
                self._wait_for_stacks()
                self.poll()
        finally:
            os.close(descriptor)
        return child.returncode if child.returncode >= 0 else 128 - child.returncode

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the progress while the body runs; restore the terminal afterwards."""
        self.display.start()
        try:
            yield
        finally:
            self.display.stop()

    def poll(self) -> None:
        """Read what has happened, show it, and answer requests for approval."""
        for line in self._phases.lines():
            phase = read_phase(line)
            if phase is not None:
                # Lines that belong to the phase before.
                self._read_log(self.stacks.setdefault(phase.stack, StackProgress(phase.stack)))
                self.stacks[phase.stack].record(phase, plan_only=self.plan_only)
                # Several phases may have passed since the last look; each is shown.
                self.display.update(list(self.stacks.values()))
        for stack in self.stacks.values():
            self._read_log(stack)
        self.display.update(list(self.stacks.values()))
        if self.approvals is not None:
            self.approvals.answer(self._ask)

    def _wait_for_stacks(self) -> None:
        """Wait for gates of stacks that outlive an interrupted or crashed cdktf while Terraform saves its state."""
        while self.is_running is not None and any(self.is_running(name) for name in self.stacks):
            self.poll()
            time.sleep(POLL_SECONDS)

    def finish(self, code: int) -> list[StackProgress]:
        """Enter the end of the run into the progress of all stacks; return it."""
        self.poll()
        for stack in self.stacks.values():
            stack.finish(code, interrupted=self.interrupted)
        return list(self.stacks.values())

    def _read_log(self, stack: StackProgress) -> None:
        follower = self._followers.setdefault(stack.name, Follower(self.logs.stack(stack.name)))
        for line in follower.lines():
            stack.read(line)
            self.display.log_line(stack.name, line)

    def _ask(self, name: str, kind: str) -> bool:
        self.poll_without_approvals()
        stack = self.stacks.setdefault(name, StackProgress(name))
        stack.status = Status.APPROVAL
        if self.interrupted:
            return False
        self._asking = True
        try:
            return self.display.ask(stack, kind)
        except KeyboardInterrupt:
            return False
        finally:
            self._asking = False

    def poll_without_approvals(self) -> None:
        """Read what has happened and show it."""
        approvals, self.approvals = self.approvals, None
        try:
            self.poll()
        finally:
            self.approvals = approvals

    @contextmanager
    def _interrupts(self) -> Iterator[None]:
        """Stop the run on SIGINT, SIGTERM and SIGHUP, and wait until Terraform has saved its state."""

        def on_signal(number: int, _frame: FrameType | None) -> None:
            self.interrupted = True
            # The terminal has sent Ctrl-C to the whole foreground process group.
            has_it = number == signal.SIGINT and sys.stdin.isatty() and not self._own_session
            if self._child is not None and not has_it:
                with suppress(ProcessLookupError):
                    self._child.send_signal(signal.SIGINT)
            if self._asking:
                raise KeyboardInterrupt

        with stop_signals(on_signal, ignored_afterwards=lambda: self.interrupted):
            yield
