"""Run one gated Terraform command: plan, evaluate, ask for approval, apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lakekit_cli.applied.tracker import AppliedTracker
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.toolchain import project_root
from lakekit_policies.shared.regular_file import read_regular_bytes

from .apply_run import ApplyRun, is_approved
from .arguments import Command, without_terraform_arguments
from .as_plan import import_block, import_problem
from .dropped_tables import dropped_tables
from .phase_record import PhaseRecorder, count_changes
from .plan_evaluation import PlanEvaluator
from .plan_log import PlanLog
from .plan_out import PlanOut
from .plan_output import print_plan, private_directory
from .process import InterruptHandler, print_stderr
from .sealed_plan import SealedPlan
from .stack import Stack, prints_color
from .terraform_run import run_terraform

if TYPE_CHECKING:
    from lakekit_policies import Gate

_CHANGED = 2
"""Exit code of `terraform plan -detailed-exitcode` if there are changes."""


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
    _applies: ApplyRun = field(init=False)

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
        self._applies = ApplyRun(
            command=self.command,
            terraform=self.terraform,
            working=self.working,
            environ=self.environ,
            stack=self.stack,
            interrupts=self.interrupts,
            tracker=self.tracker,
            root=self._root,
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
                    return self._applies.run(plan, evaluation)
                self._out.save(plan)
                return planned.code

    def _usage_problem(self) -> str:
        """Return the problem of the command line; empty if there is none."""
        if len(self.command.operands) > (1 if self.command.name == "apply" else 0):
            return "Too many command line arguments: at most one saved plan, and only for apply."
        if self.command.name == "apply" and self.command.has("json") and not is_approved(self.command, self.environ):
            return "Plan file or auto-approve required: -json excludes the approval prompt."
        return self._out.problem()

    @property
    def _root(self) -> Path:
        """Project folder."""
        return project_root(self.working, self.environ) or self.working

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
            ended = run_terraform(
                [self.terraform, *arguments],
                self.stack.name,
                self.environ,
                self.interrupts,
                relay=None if self.command.prints_json else partial(print_plan, styled=prints_color(arguments)),
                prints_json=self.command.prints_json,
            )
            phase.code = ended.code
            changed = phase.code == _CHANGED
            if (phase.code and not changed) or self.interrupts.received:
                phase.code = int(ExitCode.INTERRUPTED) if self.interrupts.received else phase.code
                if hint := dropped_tables(ended.errors, self.working):
                    print_stderr(f"{self.stack.name}: {hint}")
                return phase.code
            phase.code = 0
        detailed = self.command.name == "plan" and self.command.has("detailed-exitcode")
        code = _CHANGED if changed and detailed else 0
        applicable = changed or not self.command.plans_whole_stack
        return _Planned(SealedPlan(read_regular_bytes(plan), folder), applicable, code)


def _usage_error(message: str) -> int:
    print_stderr(f"Error: {message}")
    return int(ExitCode.FAILED)
