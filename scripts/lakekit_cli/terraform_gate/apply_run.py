"""Apply one plan that the gate has accepted, and state what was changed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lakekit_cli.applied.tracker import AppliedTracker
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.dumped import DumpedStates, state_size
from lakekit_cli.state.errored import keep_after_run
from lakekit_cli.state.outcome import ApplyOutcome, Outcome, outcome_after
from lakekit_cli.state.prior_state import PriorState
from lakekit_cli.state.reserved_space import ReservedSpace
from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE, selected_workspace

from .arguments import Command
from .confirmation import confirmed
from .phase_record import PhaseRecorder
from .plan_evaluation import Evaluation
from .plan_log import PlanLog
from .process import InterruptHandler, print_stderr, write_all
from .run_approval import asks_run
from .sealed_plan import PlanChangedError, SealedPlan
from .stack import Stack
from .terraform_run import TerraformEnd, run_terraform

_SECONDS_FOR_STATE: Final = 60
_KILLED: Final = 128
"""Exit codes above are 128 + the number of the signal that has ended Terraform, which may not have saved its state."""


def is_approved(command: Command, environ: Mapping[str, str]) -> bool:
    """Whether no approval is needed: a saved plan counts as approved, as in Terraform."""
    return bool(command.operands) or (command.has("auto-approve") and not asks_run(environ))


@dataclass
class ApplyRun:
    """The apply of a gated run.

    Attributes:
        command: Parsed command line.
        terraform: Path of Terraform.
        working: Working directory of Terraform.
        environ: Environment variables of Terraform.
        stack: Metadata of the stack.
        interrupts: Forwards interrupts to Terraform.
        tracker: Record of the last apply.
        root: Project folder.
        log: Record of the plan.
        recorder: Records durations and exit codes.
    """

    command: Command
    terraform: str
    working: Path
    environ: Mapping[str, str]
    stack: Stack
    interrupts: InterruptHandler
    tracker: AppliedTracker | None
    root: Path
    log: PlanLog
    recorder: PhaseRecorder

    def run(self, plan: SealedPlan, evaluation: Evaluation) -> int:
        """Apply a plan that the gate accepts, after the approval that it needs; return the exit code."""
        document = evaluation.document
        if not document.get("applyable", True) and not document.get("resource_drift") and not self.command.has("json"):
            # Nothing to change and nothing to write to the state: print Terraform's closing line without starting it.
            if self.command.operands:
                # `lakekit gate verify` rejects a saved plan that was applied.
                self.log.record_apply_start(plan.sha256)
                self.log.record_apply_end(0, plan.sha256)
            with self.recorder.phase("apply"):
                write_all(sys.stdout.fileno(), b"\nApply complete! Resources: 0 added, 0 changed, 0 destroyed.\n")
            self._warn(self.tracker.save() if self.tracker else "")
            return 0
        if (
            not is_approved(self.command, self.environ)
            and document.get("applyable", True)
            and not confirmed(self.command, self.stack.name, self.working, self.environ)
        ):
            return int(ExitCode.INTERRUPTED if self.interrupts.received else ExitCode.FAILED)
        try:
            plan.verify()
        except PlanChangedError as error:
            print_stderr(f"The plan of {self.stack.name} {error}. Nothing was applied.")
            return int(ExitCode.NOT_EVALUATED)
        data = data_folder(self.working, self.environ)
        prior = PriorState.of_plan(plan.content)
        reservation = ReservedSpace(self.working, data, state_size(plan.content), prior_serial=prior.serial)
        with self.recorder.blocked(), reservation as reserved:
            return self._apply(plan, evaluation, reserved)

    def _apply(self, plan: SealedPlan, evaluation: Evaluation, reserved: ReservedSpace) -> int:
        """Spend the acknowledgements of a plan and apply it; return the exit code."""
        from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

        self._warn(self.tracker.invalidate() if self.tracker else "")
        before = self._state_identity()
        dumped = DumpedStates(
            working=self.working,
            environ=self.environ,
            reserved=reserved,
            plan=plan.content,
            document=evaluation.document,
            saved_lineage=self._saved_lineage,
        )
        ledger = AcknowledgementLedger(self.root / FILE)
        # Between the end of an acknowledgement and the start of Terraform, an interrupt is noted and not raised.
        with self.interrupts.deferred():
            if evaluation.verdict is not None:
                # An acknowledgement is valid for one apply, even if this process is killed during it.
                ledger.consume(evaluation.verdict, datetime.now(UTC))
            code, outcome = self._run_apply(plan, evaluation, before, dumped)
            if outcome.kind is Outcome.NOT_APPLIED and evaluation.verdict is not None:
                ledger.restore(evaluation.verdict, datetime.now(UTC))
        if code == 0 and self.tracker:
            self._warn(self.tracker.save())
        return code

    def _run_apply(
        self, plan: SealedPlan, evaluation: Evaluation, before: tuple[str, int] | None, dumped: DumpedStates
    ) -> tuple[int, ApplyOutcome]:
        """Apply with Terraform; return the exit code, and what was changed."""
        self.log.record_apply_start(plan.sha256)
        applied, message = plan.sha256, ""
        outcome = ApplyOutcome(Outcome.APPLIED)
        with self.recorder.phase("apply") as phase:
            not_started = TerraformEnd(_KILLED + signal.SIGINT)
            ended = not_started if self.interrupts.received else self._terraform(plan, dumped)
            phase.code = ended.code
            # Terraform handles this signal as soon as it runs: one that has ended it came before.
            killed = phase.code > _KILLED and phase.code != _KILLED + signal.SIGINT
            if phase.code and self.interrupts.received:
                phase.code = int(ExitCode.INTERRUPTED)
            try:
                plan.verify()
            except PlanChangedError as error:
                phase.code, applied = int(ExitCode.NOT_EVALUATED), error.sha256
                print_stderr(f"The plan of {self.stack.name} {error}: it was changed during the apply.")
            dumped.reserved.remove_empty_file()
            message = keep_after_run(self.working, self.environ, dumped.file)
            if phase.code:
                outcome = ApplyOutcome(Outcome.NOT_SAVED if message else Outcome.UNKNOWN)
                if not (message or killed):
                    outcome = self._outcome(evaluation, ended, before, by_other=dumped.foreign)
                phase.outcome, phase.complete, phase.planned = outcome.kind, outcome.complete, outcome.planned
                phase.expired, phase.unanswered = ended.expired, list(outcome.unanswered)
        self.log.record_apply_end(phase.code, applied)
        if phase.code:
            statement = outcome.statement(
                self.stack.name,
                expired=ended.expired,
                destroys=self.command.is_destroy,
                interrupted=self.interrupts.received,
            )
            print_stderr(f"\n{message or statement}")
        return phase.code, outcome

    def _terraform(self, plan: SealedPlan, dumped: DumpedStates) -> TerraformEnd:
        return run_terraform(
            [self.terraform, *self.command.apply_arguments(plan.path)],
            self.stack.name,
            self.environ,
            self.interrupts,
            prints_json=self.command.prints_json,
            dumped=dumped,
        )

    def _saved_lineage(self) -> str:
        """Return the lineage of the state in the initialized backend; empty if it is not known."""
        if self.command.value("state") or self.command.value("state-out"):
            return ""
        try:
            pulled = subprocess.run(
                [self.terraform, *self.command.globals, "state", "pull", "-no-color"],
                env=dict(self.environ), capture_output=True, check=True,
                stdin=subprocess.DEVNULL, timeout=_SECONDS_FOR_STATE, start_new_session=True,
            )  # fmt: skip
            return str(json.loads(pulled.stdout or "{}").get("lineage") or "")
        except (OSError, subprocess.SubprocessError, ValueError, AttributeError, KeyboardInterrupt):
            return ""

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

    def _outcome(
        self, evaluation: Evaluation, ended: TerraformEnd, before: tuple[str, int] | None, *, by_other: bool
    ) -> ApplyOutcome:
        """Return what an apply that failed has changed.

        Args:
            evaluation: The evaluation of the plan.
            ended: How Terraform ended.
            before: Lineage and serial of the state before.
            by_other: Whether another Terraform, which this one has run, could not save its state.
        """
        if ended.code == int(ExitCode.BLOCKED):
            return ApplyOutcome(Outcome.NOT_APPLIED)
        terraform = [self.terraform, *self.command.globals]
        is_same = before is not None and self._state_identity() == before
        return outcome_after(
            evaluation.document,
            ended.errors,
            terraform,
            self.environ,
            is_same_state=is_same,
            by_other=by_other,
        )
