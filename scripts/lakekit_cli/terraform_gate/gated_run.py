"""Run one gated Terraform command: plan, evaluate, ask for approval, apply."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.errored import keep_after_run
from lakekit_cli.state.lock_message import captured_stderr, is_lock_error, read_all, without_hint
from lakekit_cli.terraform_gate.acknowledge import save_rejected_plan
from lakekit_cli.toolchain import project_root

from .approval import NoInputError, ask_approval
from .arguments import Command, without_terraform_arguments
from .phase_record import PhaseRecorder, count_changes
from .plan_log import PlanLog
from .plan_output import print_plan, private_directory
from .process import InterruptHandler, print_stderr, write_all
from .run_approval import asks_run, request_approval
from .stack import Stack, wants_color, workspace

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict


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
        """Run the command and return its exit code."""
        if len(self.command.operands) > (1 if self.command.name == "apply" else 0):
            return _usage_error("Too many command line arguments: at most one saved plan, and only for apply.")
        if self.command.name == "apply" and self.command.has("json") and not self._approved:
            return _usage_error("Plan file or auto-approve required: -json excludes the approval prompt.")
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
            # Nothing to change and nothing to write to the state: print Terraform's closing line without starting it.
            with self._record.phase("apply"):
                write_all(sys.stdout.fileno(), b"\nApply complete! Resources: 0 added, 0 changed, 0 destroyed.\n")
            return 0
        from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

        if not self._approved and document.get("applyable", True) and not self._confirm():
            return int(ExitCode.FAILED)
        if self._verdict is not None:
            # An acknowledgement is valid for one apply.
            AcknowledgementLedger(self._root / FILE).consume(self._verdict, datetime.now(UTC))
        self._log.record_apply_start()
        with self._record.phase("apply") as phase:
            phase.code = self._terraform(self.command.apply_arguments(str(plan)))
        self._log.record_apply_end(phase.code)
        if message := keep_after_run(self.working, self.environ):
            print_stderr(f"\n{message}")
        return phase.code

    def _terraform(self, arguments: Sequence[str], relay: Callable[[Iterator[bytes]], None] | None = None) -> int:
        """Run Terraform; replace its hint to disable state locking, and return its exit code."""
        with captured_stderr(self.environ) as captured:
            code = self.interrupts.run([self.terraform, *arguments], self.environ, stderr=captured, relay=relay)
            text = read_all(captured) if captured is not None else ""
        locked = is_lock_error(text)
        write_all(sys.stderr.fileno(), (without_hint(text, self.stack.name) if locked else text).encode())
        return int(ExitCode.BLOCKED) if locked and code else code

    @property
    def _root(self) -> Path:
        """Project folder."""
        return project_root(self.working, self.environ) or self.working

    @property
    def _approved(self) -> bool:
        """Whether no approval is needed: a saved plan counts as approved, as in Terraform."""
        return bool(self.command.operands) or (self.command.has("auto-approve") and not asks_run(self.environ))

    def _plan(self, folder: Path) -> tuple[int, Path | None]:
        """Return the exit code of `plan` and the plan to evaluate, or None if there is no plan."""
        if self.command.operands:
            # Copy the plan, so that a change of the file cannot make the applied plan differ from the evaluated one.
            saved, copy = self.working / self.command.operands[0], folder / "plan"
            try:
                copy.write_bytes(saved.read_bytes())
            except OSError as error:
                return _usage_error(f"The saved plan {saved} cannot be read: {error.strerror}."), None
            return 0, copy
        out = self.command.value("out") if self.command.name == "plan" else None
        plan = (self.working / out).absolute() if out else folder / "plan"
        arguments = self.command.plan_arguments(str(plan))
        detailed = self.command.name == "plan" and self.command.has("detailed-exitcode")
        if detailed:
            arguments.insert(-1, "-detailed-exitcode")
        with self._record.phase("plan") as phase:
            phase.code = self._terraform(arguments, relay=None if out else print_plan)
            changed = detailed and phase.code == 2
            if (phase.code and not changed) or self.interrupts.received:
                code, phase.code = phase.code or int(ExitCode.FAILED), phase.code or int(ExitCode.FAILED)
                return code, None
            phase.code = 0
        return 2 if changed else 0, plan

    def _evaluate(self, gate: Gate, plan: Path, folder: Path) -> tuple[dict[str, Any], int]:
        """Evaluate the plan; return it as JSON and the exit code, which is 0 only for a clean verdict."""
        from lakekit_policies import GateError, waivers
        from lakekit_policies.records.acknowledgements import FILE

        shown = folder / "plan.json"
        descriptor = os.open(shown, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            arguments = [*self.command.globals, "show", "-json", str(plan)]
            code = self.interrupts.run([self.terraform, *arguments], self.environ, stdout=descriptor)
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
            return document, 0 if verdict.passed else verdict.exit_code or int(ExitCode.FAILED)
        except KeyboardInterrupt:
            print_stderr("Interrupted. Nothing was applied.")
            return {}, int(ExitCode.INTERRUPTED)
        # Fail closed: after any error of the evaluation nothing is applied.
        except Exception as error:
            if os.environ.get("LAKEKIT_DEBUG"):
                raise
            print_stderr(f"\nThe gate could not evaluate the plan of {self.stack.name}: {error}\nNothing was applied.")
            code = error.exit_code if isinstance(error, GateError) else int(ExitCode.NOT_EVALUATED)
            self._log.record_failure(shown, code)
            return {}, code

    def _report(self, verdict: Any) -> None:
        from lakekit_policies.report import terminal
        from lakekit_policies.report.console import open_console

        color = wants_color(self.command.has("no-color"), self.environ)
        # Standard error keeps `-json` output machine-readable; cdktf shows it like ordinary output.
        terminal.render(verdict, open_console(sys.stderr, color=color))
        if not verdict.passed:
            print_stderr(f"The plan of {self.stack.name} was rejected. Nothing was applied.")
            if line := save_rejected_plan(self._root, verdict):
                print_stderr(f"If all changes are intended, acknowledge this plan and deploy again:\n  {line}")

    def _confirm(self) -> bool:
        kind = "destroy" if self.command.is_destroy else "apply"
        if self.command.has("refresh-only"):
            kind = "refresh"
        color = wants_color(self.command.has("no-color"), self.environ)
        try:
            if asks_run(self.environ):
                approved = request_approval(self.stack.name, kind, self.environ)
            else:
                approved = ask_approval(kind, workspace(self.working, self.environ), color=color)
            if approved:
                return True
            print_stderr("Destroy cancelled." if kind == "destroy" else "Apply cancelled.")
        except NoInputError:
            print_stderr("Error: error asking for approval: EOF. Pass -auto-approve if there is no terminal.")
        except KeyboardInterrupt:
            print_stderr("\nInterrupted. Nothing was applied.")
        return False

    def _discard(self) -> None:
        """Remove a rejected plan that `-out` has saved, so that plain `terraform apply` cannot apply it."""
        if self.command.name == "plan" and (out := self.command.value("out")):
            (self.working / out).unlink(missing_ok=True)
            print_stderr(f"The plan file {out} was removed.")


def _usage_error(message: str) -> int:
    print_stderr(f"Error: {message}")
    return int(ExitCode.FAILED)
