"""Run one gated Terraform command: plan, evaluate, ask for approval, apply."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lakekit_cli.applied.tracker import AppliedTracker
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.errored import keep_after_run
from lakekit_cli.state.outcome import ApplyOutcome, Outcome, outcome_after
from lakekit_cli.toolchain import project_root
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE, selected_workspace
from lakekit_policies.shared.regular_file import read_regular_bytes

from .arguments import Command, without_terraform_arguments
from .as_plan import import_block, import_problem
from .confirmation import confirmed
from .phase_record import PhaseRecorder, count_changes
from .plan_evaluation import Evaluation, PlanEvaluator
from .plan_log import PlanLog
from .plan_out import PlanOut
from .plan_output import print_plan, private_directory
from .process import InterruptHandler, print_stderr, write_all
from .run_approval import asks_run
from .sealed_plan import PlanChangedError, SealedPlan
from .stack import Stack
from .terraform_run import run_terraform

if TYPE_CHECKING:
    from lakekit_policies import Gate

_CHANGED = 2
"""Exit code of `terraform plan -detailed-exitcode` if there are changes."""
_KILLED = 128
"""Exit codes above are 128 + the number of the signal that has ended Terraform, which may not have saved its state."""


@dataclass(frozen=True)
class _Planned:
    """A plan.

    Attributes:
        file: The plan file.
        changed: Whether Terraform has found changes, or may have.
        code: Exit code of `plan`, if the gate accepts it.
    """

    file: SealedPlan
    changed: bool = True
    code: int = 0


@dataclass
class GatedRun:
    """A `plan`, `apply` or `destroy` under the gate.

    Attributes:
        command: Parsed command line.
        terraform: Path of Terraform.
        working: Working directory of Terraform.
        environ: Environment variables of Terraform.
        stack: Metadata of the stack.
        interrupts: Forwards interrupts to Terraform.
        tracker: Record of the last apply; None for `plan`.
    """

    command: Command
    terraform: str
    working: Path
    environ: Mapping[str, str]
    stack: Stack
    interrupts: InterruptHandler
    tracker: AppliedTracker | None = None
    _out: PlanOut = field(init=False)
    _record: PhaseRecorder = field(init=False)
    _log: PlanLog = field(init=False)
    _evaluator: PlanEvaluator = field(init=False)
    _expired: bool = field(init=False, default=False)
    _errors: str = field(init=False, default="")
    _printed_state: Path | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.environ = without_terraform_arguments(self.environ)
        self._out = PlanOut(self.command, self.working)
        self._record = PhaseRecorder(self.stack.name, self.environ)
        self._log = PlanLog(self._root, self.working, self.stack, self.command)
        self._evaluator = PlanEvaluator(
            command=self.command,
            terraform=self.terraform,
            environ=self.environ,
            stack=self.stack,
            root=self._root,
            working=self.working,
            interrupts=self.interrupts,
            log=self._log,
            recorder=self._record,
        )

    def run(self, gate: Gate) -> int:
        """Run the command and return its exit code."""
        if problem := self._usage_problem():
            return _usage_error(problem)
        with private_directory(self.working, self.environ) as folder:
            planned = self._plan(folder)
            if isinstance(planned, int):
                return planned
            with planned.file as plan, self.interrupts.inheriting(plan.descriptor):
                with self._record.phase("gate") as phase:
                    evaluation = self._evaluator.evaluate(gate, plan, folder, changed=planned.changed)
                    phase.code = evaluation.code
                    phase.changes = count_changes(evaluation.document)
                gate.close()
                if phase.code:
                    self._out.discard()
                    return phase.code
                if problem := import_problem(self.command, evaluation.document):
                    print_stderr(problem)
                    return int(ExitCode.FAILED)
                if self.command.name != "plan":
                    return self._apply(plan, evaluation)
                self._out.save(plan)
                return planned.code

    def _usage_problem(self) -> str:
        """Return the problem of the command line; empty if there is none."""
        if len(self.command.operands) > (1 if self.command.name == "apply" else 0):
            return "Too many command line arguments: at most one saved plan, and only for apply."
        if self.command.name == "apply" and self.command.has("json") and not self._approved:
            return "Plan file or auto-approve required: -json excludes the approval prompt."
        return self._out.problem()

    def _apply(self, plan: SealedPlan, evaluation: Evaluation) -> int:
        document = evaluation.document
        if not document.get("applyable", True) and not document.get("resource_drift") and not self.command.has("json"):
            # Nothing to change and nothing to write to the state: print Terraform's closing line without starting it.
            if self.command.operands:
                # `lakekit gate verify` rejects a saved plan that was applied.
                self._log.record_apply_start(plan.sha256)
                self._log.record_apply_end(0, plan.sha256)
            with self._record.phase("apply"):
                write_all(sys.stdout.fileno(), b"\nApply complete! Resources: 0 added, 0 changed, 0 destroyed.\n")
            self._warn(self.tracker.save() if self.tracker else "")
            return 0
        from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

        if (
            not self._approved
            and document.get("applyable", True)
            and not confirmed(self.command, self.stack.name, self.working, self.environ)
        ):
            return int(ExitCode.FAILED)
        try:
            plan.verify()
        except PlanChangedError as error:
            print_stderr(f"The plan of {self.stack.name} {error}. Nothing was applied.")
            return int(ExitCode.NOT_EVALUATED)
        self._warn(self.tracker.invalidate() if self.tracker else "")
        before = self._state_identity()
        ledger = AcknowledgementLedger(self._root / FILE)
        # Between the end of an acknowledgement and the start of Terraform, an interrupt is noted and not raised.
        with self.interrupts.deferred():
            if evaluation.verdict is not None:
                # An acknowledgement is valid for one apply, even if this process is killed during it.
                ledger.consume(evaluation.verdict, datetime.now(UTC))
            code, outcome = self._run_apply(plan, evaluation, before)
            if outcome.kind is Outcome.NOT_APPLIED and evaluation.verdict is not None:
                ledger.restore(evaluation.verdict, datetime.now(UTC))
        if code == 0 and self.tracker:
            self._warn(self.tracker.save())
        return code

    def _run_apply(
        self, plan: SealedPlan, evaluation: Evaluation, before: tuple[str, int] | None
    ) -> tuple[int, ApplyOutcome]:
        """Apply with Terraform; return the exit code, and what was changed."""
        self._log.record_apply_start(plan.sha256)
        applied, message = plan.sha256, ""
        outcome = ApplyOutcome(Outcome.APPLIED)
        with self._record.phase("apply") as phase:
            if self.interrupts.received:  # before Terraform was started
                phase.code = _KILLED + signal.SIGINT
            else:
                phase.code = self._terraform(self.command.apply_arguments(plan.path))
            # Terraform handles this signal as soon as it runs: one that has ended it came before.
            killed = phase.code > _KILLED and phase.code != _KILLED + signal.SIGINT
            if phase.code and self.interrupts.received:
                phase.code = int(ExitCode.INTERRUPTED)
            try:
                plan.verify()
            except PlanChangedError as error:
                phase.code, applied = int(ExitCode.NOT_EVALUATED), error.sha256
                print_stderr(f"The plan of {self.stack.name} {error}: it was changed during the apply.")
            message = keep_after_run(self.working, self.environ, self._printed_state)
            if phase.code:
                outcome = ApplyOutcome(Outcome.NOT_SAVED if message else Outcome.UNKNOWN)
                if not (message or killed):
                    outcome = self._outcome(evaluation, phase.code, before)
                phase.outcome, phase.complete, phase.planned = outcome.kind, outcome.complete, outcome.planned
                phase.expired, phase.unanswered = self._expired, list(outcome.unanswered)
        self._log.record_apply_end(phase.code, applied)
        if phase.code:
            ended = {"destroys": self.command.is_destroy, "interrupted": bool(self.interrupts.received)}
            statement = outcome.statement(self.stack.name, expired=self._expired, **ended)
            print_stderr(f"\n{message or statement}")
        return phase.code, outcome

    def _state_identity(self) -> tuple[str, int] | None:
        """Return lineage and serial of the state; None if there is none, or if it is not that of the backend."""
        other = self.command.value("state") or self.command.value("state-out")
        if self.tracker is None or other or selected_workspace(self.working, self.environ) != DEFAULT_WORKSPACE:
            return None
        return self.tracker.identity()

    @staticmethod
    def _warn(warning: str) -> None:
        if warning:
            print_stderr(warning)

    def _outcome(self, evaluation: Evaluation, code: int, before: tuple[str, int] | None) -> ApplyOutcome:
        """Return what an apply that failed has changed."""
        if code == int(ExitCode.BLOCKED):
            return ApplyOutcome(Outcome.NOT_APPLIED)
        terraform = [self.terraform, *self.command.globals]
        is_same = before is not None and self._state_identity() == before
        return outcome_after(evaluation.document, self._errors, terraform, self.environ, is_same_state=is_same)

    def _terraform(self, arguments: Sequence[str], relay: Callable[[Iterator[bytes]], None] | None = None) -> int:
        """Run Terraform and return its exit code; note whether the AWS credentials had expired."""
        command = [self.terraform, *arguments]
        prints_json = self.command.has("json")
        ended = run_terraform(
            command,
            self.stack.name,
            self.working,
            self.environ,
            self.interrupts,
            relay=None if prints_json else relay,
            prints_json=prints_json,
        )
        self._expired, self._errors, self._printed_state = ended.expired, ended.errors, ended.state
        return ended.code

    @property
    def _root(self) -> Path:
        """Project folder."""
        return project_root(self.working, self.environ) or self.working

    @property
    def _approved(self) -> bool:
        """Whether no approval is needed: a saved plan counts as approved, as in Terraform."""
        return bool(self.command.operands) or (self.command.has("auto-approve") and not asks_run(self.environ))

    def _plan(self, folder: Path) -> _Planned | int:
        """Return the plan to evaluate, or the exit code if there is none."""
        if self.command.operands:
            saved = self.working / self.command.operands[0]
            try:
                return _Planned(SealedPlan(read_regular_bytes(saved), folder))
            except OSError as error:
                return _usage_error(f"The saved plan {saved} cannot be read: {error.strerror}.")
        plan = folder / "plan"
        arguments = self.command.plan_arguments(str(plan))
        arguments.insert(-1, "-detailed-exitcode")
        with self._record.phase("plan") as phase, import_block(self.command, self.working):
            phase.code = self._terraform(arguments, relay=print_plan)
            changed = phase.code == _CHANGED
            if (phase.code and not changed) or self.interrupts.received:
                phase.code = int(ExitCode.INTERRUPTED) if self.interrupts.received else phase.code
                return phase.code
            phase.code = 0
        detailed = self.command.name == "plan" and self.command.has("detailed-exitcode")
        code = _CHANGED if changed and detailed else 0
        applicable = changed or not self.command.plans_whole_stack
        return _Planned(SealedPlan(read_regular_bytes(plan), folder), applicable, code)


def _usage_error(message: str) -> int:
    print_stderr(f"Error: {message}")
    return int(ExitCode.FAILED)
