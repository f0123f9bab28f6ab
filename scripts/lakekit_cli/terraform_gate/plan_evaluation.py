"""Evaluate a plan: print it as JSON, pass it to the gate, report and record the verdict."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.terraform_gate.acknowledge import save_rejected_plan
from lakekit_policies.output_folder.workspace import selected_workspace
from lakekit_policies.shared.named_errors import naming
from lakekit_policies.shared.regular_file import read_regular_bytes

from .arguments import Command
from .phase_record import PhaseRecorder
from .plan_log import PlanLog
from .process import InterruptHandler, print_stderr
from .sealed_plan import SealedPlan
from .stack import Stack, wants_color
from .unchanged_document import UnchangedDocument

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict


@dataclass(frozen=True)
class Evaluation:
    """Result of an evaluation.

    Attributes:
        code: 0 only for a clean verdict.
        document: The plan as JSON; empty if it could not be evaluated.
        verdict: The verdict; None if the plan could not be evaluated.
    """

    code: int
    document: Mapping[str, Any]
    verdict: Verdict | None = None


@dataclass(frozen=True)
class PlanEvaluator:
    """Evaluates the plans of one run; the attributes are those of :class:`GatedRun`."""

    command: Command
    terraform: str
    environ: Mapping[str, str]
    stack: Stack
    root: Path
    working: Path
    interrupts: InterruptHandler
    log: PlanLog
    recorder: PhaseRecorder

    def evaluate(self, gate: Gate, plan: SealedPlan, folder: Path, *, changed: bool = True) -> Evaluation:
        """Evaluate a plan; after any error, the code is not 0.

        Args:
            gate: The rule engine.
            plan: The plan.
            folder: Private folder.
            changed: Whether Terraform has found changes, or may have.
        """
        from lakekit_policies import GateError

        printed = b""
        try:
            if self.stack.file is not None:
                _check_configuration(plan, self.stack.file)
            if self.command.operands:
                self.log.use_options_of(plan.sha256)
            unchanged = UnchangedDocument(self.root, self.stack.name, plan.content)
            if not changed and (found := self._without_printing(gate, unchanged, folder)) is not None:
                return self._conclude(*found, plan)
            printed = self._print(plan)
            document = json.loads(printed)
            unchanged.keep(document)
            return self._conclude(self._verdict(gate, printed, document, folder), document, plan)
        except KeyboardInterrupt:
            print_stderr("Interrupted. Nothing was applied.")
            return Evaluation(int(ExitCode.INTERRUPTED), {})
        # Fail closed: after any error of the evaluation nothing is applied.
        except Exception as error:
            if os.environ.get("LAKEKIT_DEBUG"):
                raise
            print_stderr(f"\nThe gate could not evaluate the plan of {self.stack.name}: {error}\nNothing was applied.")
            code = error.exit_code if isinstance(error, GateError) else int(ExitCode.NOT_EVALUATED)
            self.log.record_failure(printed, code, plan.sha256)
            return Evaluation(code, {})

    def _without_printing(
        self, gate: Gate, unchanged: UnchangedDocument, folder: Path
    ) -> tuple[Verdict, Mapping[str, Any]] | None:
        """Return the verdict on a plan without changes and its document; None if Terraform has to print it."""
        try:
            document = unchanged.assemble()
            if document is None:
                return None
            verdict = self._verdict(gate, json.dumps(document).encode(), document, folder)
        # A damaged file of the last configuration: the printed plan replaces it, and is evaluated.
        except Exception:
            return None
        return (verdict, document) if verdict.passed else None

    def _print(self, plan: SealedPlan) -> bytes:
        """Return the plan as JSON.

        Raises:
            GateError: Terraform failed.
            KeyboardInterrupt: It was interrupted.
        """
        from lakekit_policies import GateError

        printed = bytearray()
        command = [self.terraform, *self.command.globals, "show", "-json", "-no-color", plan.path]
        code = self.interrupts.run(command, self.environ, relay=lambda lines: printed.extend(b"".join(lines)))
        if self.interrupts.received:
            raise KeyboardInterrupt
        if code:
            raise GateError("plan", f"`terraform show -json` failed with exit code {code}")
        return bytes(printed)

    def _conclude(self, verdict: Verdict, document: Mapping[str, Any], plan: SealedPlan) -> Evaluation:
        """Report and record a verdict."""
        self._report(verdict)
        self.recorder.save_verdict(verdict)
        self.log.record_verdict(verdict, document, plan.sha256)
        return Evaluation(0 if verdict.passed else verdict.exit_code or int(ExitCode.FAILED), document, verdict)

    def _verdict(self, gate: Gate, printed: bytes, document: Mapping[str, Any], folder: Path) -> Verdict:
        from lakekit_policies import GateError, waivers
        from lakekit_policies.records.acknowledgements import FILE

        shown = folder / "plan.json"
        with naming(shown), os.fdopen(os.open(shown, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(printed)
        try:
            verdict = gate.evaluate_plan(
                shown,
                stack=self.stack.file,
                waivers=waivers.find_ledger(self.root),
                acknowledgements=self.root / FILE,
                run=self.log.run_of(document, selected_workspace(self.working, self.environ)),
            )
        finally:
            shown.unlink()
        if verdict.plan_sha256 != hashlib.sha256(printed).hexdigest():
            raise GateError("plan_changed", f"{shown} was changed before it was evaluated; run the command again")
        return verdict

    def _report(self, verdict: Verdict) -> None:
        from lakekit_policies.report import terminal
        from lakekit_policies.report.console import open_console

        color = wants_color(self.command.has("no-color"), self.environ)
        # Standard error keeps `-json` output machine-readable; cdktf shows it like ordinary output.
        terminal.render(verdict, open_console(sys.stderr, color=color))
        if not verdict.passed:
            print_stderr(f"The plan of {self.stack.name} was rejected. Nothing was applied.")
            if line := save_rejected_plan(self.root, verdict):
                print_stderr(f"If all changes are intended, acknowledge this plan and deploy again:\n  {line}")


def _check_configuration(plan: SealedPlan, stack: Path) -> None:
    """Check that the plan was made from the configuration that is evaluated with it: tier, waivers, validations.

    Raises:
        GateError: The stack was changed or synthesized again after the plan.
    """
    from lakekit_policies import GateError

    planned = plan.configuration_sha256()
    if planned and planned != hashlib.sha256(read_regular_bytes(stack)).hexdigest():
        raise GateError("other_configuration", f"{stack} was changed after this plan was made. Plan again.")
