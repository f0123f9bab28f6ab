"""State of each stack of a run, from the recorded phases and the lines of its log."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.outcome import Outcome
from lakekit_cli.terraform_gate.phase_record import ORDER_PHASE, Phase
from lakekit_policies.shared.safe_text import clean


class Status(StrEnum):
    """What a stack does, or how it ended."""

    WAITING = "waiting"
    INIT = "init"
    PLAN = "plan"
    GATE = "gate"
    APPROVAL = "approval"
    APPLY = "apply"
    DONE = "done"
    PLANNED = "planned"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    DECLINED = "not approved"
    FAILED = "failed"
    NOT_STARTED = "not started"


GOOD: Final = frozenset((Status.DONE, Status.PLANNED, Status.UNCHANGED, Status.SKIPPED))
BAD: Final = frozenset((Status.REJECTED, Status.DECLINED, Status.FAILED))

# Messages of Terraform for one resource: internal/command/views/hook_ui.go, 1.11. Output of provisioners is excluded,
# also in diagnostics, which have a margin.
_COMPLETED = re.compile(
    r"^(?!│|.*\((?:local|remote)-exec\): )\S.*: (Creation|Modifications|Destruction) complete after "
)
_SUMMARY = re.compile(r"^(?:Apply|Destroy) complete! Resources: (?:\d+ imported, )?")
_COUNT = re.compile(r"(\d+) (added|changed|destroyed)")
_KINDS = {"Creation": "added", "Modifications": "changed", "Destruction": "destroyed"}


@dataclass
class StackProgress:
    """Progress of one stack.

    Attributes:
        name: Stack name.
        status: Current status.
        planned: Planned number of resources to add, change and destroy; a replacement counts in two.
        applied: Number of resources added, changed and destroyed so far.
        code: Exit code of the last phase.
        seconds: Time of each ended phase.
        log_offset: Where the current phase starts in the log, in bytes.
        plan_offset: Where the plan starts in the log.
        outcome: Outcome of an apply that failed, an :class:`Outcome`.
        complete: Number of planned changes in the state after it.
        changes: Number of planned changes of it.
        applying: Whether the apply has started.
        out_of_order: Whether it was refused because a stack that comes first has no record of success.
        running: Whether a `lakekit-terraform` that applies has started and has not recorded its end.
        expired: Whether the apply failed because the AWS credentials had expired.
        unanswered: Addresses of resources whose operation failed without an answer of the service.
    """

    name: str
    status: Status = Status.WAITING
    planned: dict[str, int] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS.values(), 0))
    code: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    log_offset: int = 0
    plan_offset: int = 0
    outcome: str = ""
    complete: int = 0
    changes: int = 0
    applying: bool = False
    out_of_order: bool = False
    running: bool = False
    expired: bool = False
    unanswered: tuple[str, ...] = ()
    _started: float | None = None

    @property
    def label(self) -> str:
        """The name as one safe line: names of the manifest are not checked."""
        return clean(self.name)

    @property
    def elapsed(self) -> float:
        """Seconds of all phases, without waiting for other stacks and for approval."""
        running = time.time() - self._started if self._started is not None else 0.0
        return sum(self.seconds.values()) + max(0.0, running)

    @property
    def result(self) -> str:
        """How it ended, for people: what the status alone does not tell of a failed apply."""
        if self.status is Status.FAILED and self.outcome == Outcome.NOT_SAVED:
            return str(Outcome.NOT_SAVED)
        return "partly applied" if self.partly_applied else str(self.status)

    @property
    def partly_applied(self) -> bool:
        """Whether resources have changed and the stack is not complete."""
        return self.status is Status.FAILED and (self.outcome == "partly applied" or any(self.applied.values()))

    def record(self, phase: Phase, *, plan_only: bool = False) -> None:
        """Enter a recorded phase.

        Args:
            phase: A phase that has started or ended.
            plan_only: Whether the run ends with the gate.
        """
        if phase.phase == "run":
            self._record_run(phase)
            return
        self._started = phase.started if phase.running else None
        self.log_offset = phase.log_offset
        if phase.phase == "plan":
            self.plan_offset = phase.log_offset
        self.applying = self.applying or phase.phase == "apply"
        if phase.running:
            self.status = Status.SKIPPED if phase.phase == "skip" else Status(phase.phase)
            return
        self.code = phase.code
        self.out_of_order = self.out_of_order or phase.phase == ORDER_PHASE
        if phase.phase == "apply":
            self.outcome, self.complete, self.changes = phase.outcome, phase.complete, phase.planned
            self.expired, self.unanswered = phase.expired, tuple(map(clean, phase.unanswered))
        self.seconds[phase.phase] = phase.seconds
        if phase.phase == "gate" and phase.changes:
            self.planned = planned_counts(phase.changes)
        self.status = self._after(phase, plan_only)

    def read(self, line: str) -> None:
        """Count the resources that a line of the log reports as completed."""
        if found := _COMPLETED.match(line):
            self.applied[_KINDS[found[1]]] += 1
        elif _SUMMARY.match(line):
            self.applied |= {kind: int(number) for number, kind in _COUNT.findall(line)}

    def finish(self, code: int, *, interrupted: bool = False) -> None:
        """Enter the end of the run; a stack that was interrupted between two phases has failed.

        After an interrupt, cdktf starts the next stacks, which are refused: they were not started. The outcome of a
        stack is unknown if its `lakekit-terraform` was killed.
        """
        if interrupted and self.out_of_order:
            self.status = Status.NOT_STARTED
        if self.status in GOOD | BAD | {Status.NOT_STARTED}:
            return
        if self.running:
            self.outcome = Outcome.UNKNOWN
            self.status, self.code, self._started = Status.FAILED, code or int(ExitCode.FAILED), None
            return
        if self.status is Status.APPROVAL:
            self.status = Status.DECLINED
        elif self.status is Status.WAITING:
            self.status = Status.NOT_STARTED
        else:
            self.status, self.code, self._started = Status.FAILED, self.code or code or int(ExitCode.FAILED), None

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON output."""
        hidden = {"log_offset", "plan_offset", "applying", "out_of_order", "running", "_started"}
        shown = {key: value for key, value in asdict(self).items() if key not in hidden}
        return {**shown, "status": str(self.status), "elapsed": round(self.elapsed, 1)}

    def _record_run(self, phase: Phase) -> None:
        """Enter the start or the end of a `lakekit-terraform` that applies."""
        self.running = phase.running
        if phase.running:
            self.status, self._started, self.log_offset = Status.PLAN, phase.started, phase.log_offset
        elif phase.code and self.status not in GOOD | BAD:
            self.status = Status.DECLINED if self.status is Status.APPROVAL else Status.FAILED
            self.code, self._started = phase.code, None

    def _after(self, phase: Phase, plan_only: bool) -> Status:
        if phase.code:
            rejected = phase.phase == "gate" and phase.code != int(ExitCode.INTERRUPTED)
            return Status.REJECTED if rejected else Status.FAILED
        match phase.phase:
            case "init":
                # cdktf initializes all stacks before those that they depend on are applied.
                return Status.WAITING
            case "skip":
                return Status.SKIPPED
            case "apply":
                changed = any(self.applied.values()) or any(self.planned.values())
                return Status.DONE if changed else Status.UNCHANGED
            case "gate" if plan_only:
                return Status.PLANNED if any(self.planned.values()) else Status.UNCHANGED
            case _:
                return self.status


def planned_counts(changes: dict[str, int]) -> dict[str, int]:
    """Return planned changes as Terraform counts them: a replacement is one added and one destroyed."""
    replaced = changes.get("replace", 0)
    return {
        "added": changes.get("create", 0) + replaced,
        "changed": changes.get("update", 0),
        "destroyed": changes.get("delete", 0) + replaced,
    }
