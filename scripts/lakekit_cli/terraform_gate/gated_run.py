"""Plan, judge, ask, apply: the run of one gated Terraform command."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.terraform_gate.acknowledge import save_rejected_plan
from lakekit_cli.toolchain import project_root

from .approval import NoInputError, ask_approval
from .arguments import Command, without_terraform_arguments
from .phase_record import PhaseRecorder, count_changes
from .plan_log import PlanLog
from .plan_output import print_plan, private_directory
from .process import InterruptHandler, print_stderr, write_all
from .stack import Stack, wants_color, workspace

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict


@dataclass
class GatedRun:
    """One `plan`, `apply` or `destroy` under the gate.

    Attributes:
        command: what was asked for.
        terraform: the real Terraform.
        working: the folder that Terraform works in.
        environ: the environment Terraform gets.
        stack: what is known about the stack.
        interrupts: who passes interrupts on.
    """

    command: Command
    terraform: str
    working: Path
    environ: Mapping[str, str]
    stack: Stack
    interrupts: InterruptHandler
    _record: PhaseRecorder = field(init=False)
    _verdict: Verdict | None = field(init=False, default=None)
    _log: PlanLog = field(init=False)

    def __post_init__(self) -> None:
        self.environ = without_terraform_arguments(self.environ)
        self._record = PhaseRecorder(self.stack.name, self.environ)
        self._log = PlanLog(self._root, self.working, self.stack)

    def run(self, gate: Gate) -> int:
        """Do it; the exit code says how it ended."""
        if len(self.command.operands) > (1 if self.command.name == "apply" else 0):
            return _usage_error("Too many command line arguments: at most one saved plan, and only for apply.")
        if self.command.name == "apply" and self.command.has("json") and not self._approved:
            return _usage_error("Plan file or auto-approve required: with -json nobody can be asked.")
        with private_directory(self.working, self.environ) as folder:
            code, plan = self._plan(folder)
            if plan is None:
                return code
            with self._record.phase("gate") as phase:
                document, phase.code = self._evaluate(gate, plan, folder)
                phase.changes = count_changes(document)
            gate.close()
            if phase.code:
                self._discard()
                return phase.code
            return code if self.command.name == "plan" else self._apply(plan, document)

    def _apply(self, plan: Path, document: dict[str, Any]) -> int:
        if not document.get("applyable", True) and not document.get("resource_drift") and not self.command.has("json"):
            # Nothing to do and nothing to write into the state: Terraform's last words cost no second start of it.
            write_all(sys.stdout.fileno(), b"\nApply complete! Resources: 0 added, 0 changed, 0 destroyed.\n")
            return 0
        from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

        if not self._approved and document.get("applyable", True) and not self._confirm():
            return int(ExitCode.FAILED)
        if self._verdict is not None:
            # Once is all: the same change of another day has to be acknowledged again.
            AcknowledgementLedger(self._root / FILE).consume(self._verdict, datetime.now(UTC))
        self._log.record_apply_start()
        with self._record.phase("apply") as phase:
            phase.code = self.interrupts.run([self.terraform, *self.command.apply_arguments(str(plan))], self.environ)
        self._log.record_apply_end(phase.code)
        return phase.code

    @property
    def _root(self) -> Path:
        """The project."""
        return project_root(self.working, self.environ) or self.working

    @property
    def _approved(self) -> bool:
        """Whether nobody is to be asked: a saved plan stands for its own approval, as in Terraform."""
        return self.command.has("auto-approve") or bool(self.command.operands)

    def _plan(self, folder: Path) -> tuple[int, Path | None]:
        """The plan to evaluate, and the code that `plan` ends with; no plan if there is none to evaluate."""
        if self.command.operands:
            # A copy: what was judged is what is applied, whatever happens to the file meanwhile.
            saved, copy = self.working / self.command.operands[0], folder / "plan"
            try:
                copy.write_bytes(saved.read_bytes())
            except OSError as error:
                return _usage_error(f"The saved plan {saved} cannot be read: {error.strerror}."), None
            return 0, copy
        wanted = self.command.value("out") if self.command.name == "plan" else None
        plan = (self.working / wanted).absolute() if wanted else folder / "plan"
        words = self.command.plan_arguments(str(plan))
        detailed = self.command.name == "plan" and self.command.has("detailed-exitcode")
        if detailed:
            words.insert(-1, "-detailed-exitcode")
        with self._record.phase("plan") as phase:
            phase.code = self.interrupts.run(
                [self.terraform, *words], self.environ, relay=None if wanted else print_plan
            )
            changed = detailed and phase.code == 2
            if (phase.code and not changed) or self.interrupts.received:
                code, phase.code = phase.code or int(ExitCode.FAILED), phase.code or int(ExitCode.FAILED)
                return code, None
            phase.code = 0
        return 2 if changed else 0, plan

    def _evaluate(self, gate: Gate, plan: Path, folder: Path) -> tuple[dict[str, Any], int]:
        """Let the gate judge the plan; anything but a clean verdict ends in a code above zero."""
        from lakekit_policies import GateError, waivers
        from lakekit_policies.records.acknowledgements import FILE

        shown = folder / "plan.json"
        descriptor = os.open(shown, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            words = [*self.command.globals, "show", "-json", str(plan)]
            code = self.interrupts.run([self.terraform, *words], self.environ, stdout=descriptor)
        finally:
            os.close(descriptor)
        if self.interrupts.received:
            print_stderr("Interrupted. Nothing was applied.")
            return {}, int(ExitCode.INTERRUPTED)
        try:
            if code:
                raise GateError("plan", f"`terraform show -json` failed with exit code {code}")
            document = json.loads(shown.read_bytes())
            verdict = self._verdict = gate.evaluate_plan(
                shown,
                stack=self.stack.file,
                waivers=waivers.find_ledger(self._root),
                acknowledgements=self._root / FILE,
            )
            self._report(verdict)
            self._record.save_verdict(verdict)
            self._log.record_verdict(verdict, document)
            return document, 0 if verdict.clean else verdict.exit_code or int(ExitCode.FAILED)
        except KeyboardInterrupt:
            print_stderr("Interrupted. Nothing was applied.")
            return {}, int(ExitCode.INTERRUPTED)
        # Fails closed: whatever goes wrong in judging, nothing is applied.
        except Exception as error:
            if os.environ.get("LAKEKIT_DEBUG"):
                raise
            print_stderr(f"\nThe gate could not evaluate the plan of {self.stack.name}: {error}\nNothing was applied.")
            code = error.exit_code if isinstance(error, GateError) else int(ExitCode.NOT_EVALUATED)
            self._log.record_failure(shown, code)
            return {}, code

    def _report(self, verdict: Any) -> None:
        from rich.console import Console

        from lakekit_policies.report import terminal

        color = wants_color(self.command.has("no-color"), self.environ)
        # Standard error, so that `-json` output stays machine-readable; it is read as ordinary output by cdktf.
        terminal.render(verdict, Console(stderr=True, no_color=not color, force_terminal=None if color else False))
        if not verdict.clean:
            print_stderr(f"The plan of {self.stack.name} was refused. Nothing was applied.")
            if line := save_rejected_plan(self._root, verdict):
                print_stderr(f"If every line of it is meant, acknowledge this very plan and deploy again:\n  {line}")

    def _confirm(self) -> bool:
        kind = "destroy" if self.command.is_destroy else "apply"
        if self.command.has("refresh-only"):
            kind = "refresh"
        color = wants_color(self.command.has("no-color"), self.environ)
        try:
            if ask_approval(kind, workspace(self.working, self.environ), color=color):
                return True
            print_stderr("Destroy cancelled." if kind == "destroy" else "Apply cancelled.")
        except NoInputError:
            print_stderr("Error: error asking for approval: EOF. Pass -auto-approve where nobody can be asked.")
        except KeyboardInterrupt:
            print_stderr("\nInterrupted. Nothing was applied.")
        return False

    def _discard(self) -> None:
        """A refused plan that was asked for with -out must not lie around for a plain `terraform apply`."""
        if self.command.name == "plan" and (out := self.command.value("out")):
            (self.working / out).unlink(missing_ok=True)
            print_stderr(f"The plan file {out} was removed.")


def _usage_error(message: str) -> int:
    print_stderr(f"Error: {message}")
    return int(ExitCode.FAILED)
