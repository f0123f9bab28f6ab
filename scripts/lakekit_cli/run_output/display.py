"""Show the progress of a run: live lines on a terminal, one line per step elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lakekit_cli.output.console import NARROW_COLUMNS, console, echo_stderr, is_terminal, make_table, print_table
from lakekit_cli.run_output.logs import RunLogs, read_from
from lakekit_cli.run_output.progress import BAD, GOOD, StackProgress, Status
from lakekit_cli.terraform_gate.approval import discard_typed_input
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.safe_text import clean

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

TAIL_LINES = 25
"""Lines of the log that are shown of a stack that failed."""

LINE_CHARACTERS = 400
"""Length at which a line of the configuration is cut: Terraform quotes them in its errors, and they can contain whole
documents. All other lines are shown in full, among them the closing statement of the stack."""

_QUOTED = re.compile(r"[\s│]*\d+: ")
"""The beginning of a line of the configuration: `│   12:     "policy": …`."""

_STYLES = {Status.WAITING: "dim", Status.NOT_STARTED: "dim", Status.UNCHANGED: "green", Status.SKIPPED: "yellow"}
_SPINNING = frozenset((Status.INIT, Status.PLAN, Status.GATE, Status.APPLY))


class RunDisplay:
    """Progress of the stacks of a run.

    Args:
        logs: Logs of the run.
        verbose: Print the lines of the logs instead of live lines.
    """

    def __init__(self, logs: RunLogs, *, verbose: bool = False) -> None:
        self._logs = logs
        self._verbose = verbose
        self._shown: dict[str, str] = {}
        self._live: Live | None = None

    def start(self) -> None:
        """Start live lines on a terminal that is wide enough."""
        if self._verbose or not is_terminal(stderr=True) or console(stderr=True).width < NARROW_COLUMNS:
            return
        from rich.live import Live

        self._live = Live(console=console(stderr=True), refresh_per_second=8, transient=True)
        self._live.start()

    def stop(self) -> None:
        """Remove the live lines and show the cursor."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def update(self, stacks: Sequence[StackProgress]) -> None:
        """Show the current state."""
        if self._live is not None:
            self._live.update(live_lines(stacks, console(stderr=True).size.height))
            return
        for stack in stacks:
            if (step := _step(stack)) and self._shown.get(stack.name) != step:
                self._shown[stack.name] = step
                echo_stderr(f"{stack.label}: {step}")

    def log_line(self, stack: str, line: str) -> None:
        """Print a line of a log, in verbose mode."""
        if self._verbose:
            echo_stderr(f"{clean(stack)} | {line}")

    def ask(self, stack: StackProgress, kind: str) -> bool:
        """Show the plan of a stack and ask for approval; only `yes` approves."""
        from lakekit_cli.run_output.approvals import read_answer

        self.stop()
        try:
            if not self._verbose:
                echo_stderr(f"\n{stack.label}")
                echo_stderr(read_from(self._logs.stack(stack.name), stack.plan_offset).decode(errors="replace").strip())
            verb = "Destroy these resources" if kind == "destroy" else "Apply these changes"
            discard_typed_input(0)
            sys.stderr.write(f"\n{verb} in {stack.label} ({counts(stack.planned)})? Only 'yes' approves: ")
            sys.stderr.flush()
            return read_answer() == "yes"
        finally:
            self.start()


def live_lines(stacks: Sequence[StackProgress], height: int) -> Table:
    """Return one line per stack; if the terminal is too low, running stacks and a summary of the others."""
    from rich.spinner import Spinner
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    shown = list(stacks)
    if len(stacks) > height - 2:
        running = [stack for stack in stacks if stack.status in _SPINNING or stack.status in BAD]
        shown = running[: max(1, height - 3)]
    for stack in shown:
        mark = Spinner("dots") if stack.status in _SPINNING else Text("✓" if stack.status in GOOD else "·")
        seconds = f"{stack.elapsed:.0f} s" if stack.elapsed and stack.status is not Status.WAITING else ""
        status = Text(str(stack.status), style=style_of(stack.status))
        grid.add_row(mark, Text(stack.label), status, Text(_detail(stack)), Text(seconds))
    if len(shown) < len(stacks):
        done = sum(stack.status in GOOD for stack in stacks)
        waiting = sum(stack.status is Status.WAITING for stack in stacks)
        grid.add_row(Text(""), Text(f"{counted(len(stacks), 'stack')}: {done} done, {waiting} waiting"))
    return grid


def print_summary(stacks: Sequence[StackProgress], logs: RunLogs, *, seconds: float) -> None:
    """Print the table of all stacks, the total, and the folder of the logs."""
    from rich.text import Text

    phases = ("init", "plan", "gate", "apply")
    listing = make_table(
        "stack", "status", "added", "changed", "destroyed", *(f"{phase} s" for phase in phases), "total s"
    )
    for stack in stacks:
        numbers = [str(number) if stack.elapsed else "-" for number in stack.applied.values()]
        times = [f"{stack.seconds[phase]:.1f}" if phase in stack.seconds else "-" for phase in phases]
        taken = f"{stack.elapsed:.1f}" if stack.elapsed else "-"
        listing.add_row(stack.name, Text(stack.result, style=style_of(stack.status)), *numbers, *times, taken)
    print_table(listing)
    echo_stderr(f"{counted(len(stacks), 'stack')} in {seconds:.1f} s; logs: {logs.folder}")


def print_failures(stacks: Iterable[StackProgress], logs: RunLogs) -> None:
    """Print the last lines of the log of each stack that failed, and where the log is; for skipped stacks, why."""
    for stack in stacks:
        if stack.status is Status.SKIPPED:
            echo_stderr("\n".join(failing_lines(stack, logs)))
        if stack.status in BAD:
            lines = failing_lines(stack, logs)
            log = logs.stack(stack.name)
            echo_stderr(
                "\n".join(["", f"{stack.label}: {stack.status}", *(f"  {line}" for line in lines), f"Log: {log}"])
            )


def failing_lines(stack: StackProgress, logs: RunLogs) -> list[str]:
    """Return the output of the phase that failed: the whole report of the gate, else the last `TAIL_LINES`."""
    text = read_from(logs.stack(stack.name), stack.log_offset).decode(errors="replace")
    lines = [_shortened(line.rstrip()) for line in text.strip("\n").splitlines()]
    return lines if stack.status is Status.REJECTED else lines[-TAIL_LINES:]


def _shortened(line: str) -> str:
    return line if len(line) <= LINE_CHARACTERS or not _QUOTED.match(line) else f"{line[:LINE_CHARACTERS]} …"


def counts(numbers: dict[str, int]) -> str:
    """Return planned numbers as text: `1 to add, 0 to change, 0 to destroy`."""
    verbs = {"added": "add", "changed": "change", "destroyed": "destroy"}
    return ", ".join(f"{numbers.get(kind, 0)} to {verb}" for kind, verb in verbs.items())


def style_of(status: Status) -> str:
    """Return the style of a status."""
    if status in BAD:
        return "red"
    return _STYLES.get(status, "green" if status in GOOD else "cyan")


def _detail(stack: StackProgress) -> str:
    if stack.status in (Status.APPLY, Status.DONE, Status.FAILED) and any(stack.applied.values()):
        done = ", ".join(f"{number} {kind}" for kind, number in stack.applied.items())
        total = sum(stack.planned.values())
        return f"{done} of {total}" if stack.status is Status.APPLY and total else done
    if stack.status in (Status.APPLY, Status.APPROVAL, Status.PLANNED):
        return counts(stack.planned)
    return ""


def _step(stack: StackProgress) -> str:
    """Return the current step as a line without numbers that change while it runs."""
    if stack.status is Status.WAITING:
        return ""
    detail = counts(stack.planned) if stack.status is Status.APPLY else _detail(stack)
    timed = stack.status in GOOD | BAD and stack.status is not Status.SKIPPED
    ended = f"{stack.elapsed:.1f} s" if timed and stack.elapsed else ""
    return ", ".join(part for part in (str(stack.status), detail, ended) if part)
