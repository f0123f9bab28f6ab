"""Commands that change a state without a plan: above dev they need a reason, and all are recorded.

The reason is an acknowledgement like that of a plan: `lakekit gate acknowledge DIGEST --reason TEXT`. The digest covers
stack, account, command line, and lineage and serial of the state, so that the reason is valid for this command on this
state only, for 24 hours and one run.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.terraform_gate.acknowledge import save_rejected_plan

from .arguments import Command
from .origin import origin, redact
from .process import print_stderr
from .stack import Stack
from .subcommands import Subcommand
from .terminal_run import run_in_terminal

if TYPE_CHECKING:
    from lakekit_policies import Verdict

RULE_ID = "LK_PLAN_9"


@dataclass(frozen=True)
class StateCommand:
    """One run of a command that is not evaluated as a plan.

    Attributes:
        command: Parsed command line.
        subcommand: The decision on it.
        terraform: Path of Terraform.
        working: Working directory of Terraform.
        root: Project folder.
        environ: Environment variables of Terraform.
        stack: Metadata of the stack.
        on_start: Called with the process ID of Terraform, which holds the lock of the stack if this process is killed.
    """

    command: Command
    subcommand: Subcommand
    terraform: str
    working: Path
    root: Path
    environ: Mapping[str, str]
    stack: Stack
    on_start: Callable[[int], None] = lambda _process: None

    def record(self, outcome: str, **more: Any) -> None:
        """Record the command; a failed write is reported."""
        from lakekit_policies.records.command_record import CommandRecord
        from lakekit_policies.records.plan_records import FILE, PlanRecords

        record = CommandRecord(
            stack=self.stack.name,
            environment=self.stack.environment,
            name=self.subcommand.name,
            outcome=outcome,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            origin=origin(self.root, self.stack, self.command),
            **more,
        )
        try:
            PlanRecords(self.root / FILE).record_command(record)
        except OSError as error:
            print_stderr(
                f"Warning: the command could not be recorded in {self.root / FILE}: {error.strerror or error}."
            )

    def refuse(self) -> int:
        """Refuse a subcommand that is not known; return the exit code."""
        self.record("refused")
        print_stderr(
            f"lakekit-terraform: `{self.subcommand.name}` {self.subcommand.effect}; tier {self.stack.tier} does not "
            "allow it.\nNothing was run. Fix: use a subcommand of docs/terraform-commands.md, or a newer Lakekit."
        )
        return int(ExitCode.FAILED)

    def run(self) -> int:
        """Run a command, above dev only with a reason; record it; return the exit code."""
        from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

        serial, lineage = self._state()
        accepted: Verdict | None = None
        if self.stack.above_dev:
            verdict = self._verdict(serial, lineage)
            accepted = AcknowledgementLedger(self.root / FILE).apply(verdict, datetime.now(UTC))
            if accepted.findings:
                self.record("refused", serial=serial)
                self._explain(verdict)
                return int(ExitCode.FAILED)
            AcknowledgementLedger(self.root / FILE).consume(accepted, datetime.now(UTC))
        reason = accepted.acknowledged_by if accepted else ""
        # In case this process never returns.
        self.record("run", serial=serial, acknowledged_by=reason)
        code = run_in_terminal(self.command, self.terraform, self.stack.name, self.environ, self.on_start)
        if code and accepted is not None and (code == ExitCode.BLOCKED or self._is_unchanged(serial, lineage)):
            AcknowledgementLedger(self.root / FILE).restore(accepted, datetime.now(UTC))
        self.record("run", serial=serial, acknowledged_by=reason, exit_code=code)
        return code

    def _is_unchanged(self, serial: int | None, lineage: str) -> bool:
        """Whether a command that changes nothing but the state has not changed it."""
        changes_state = self.subcommand.name.startswith("state ") or self.subcommand.name == "untaint"
        return changes_state and serial is not None and self._state() == (serial, lineage)

    def _state(self) -> tuple[int | None, str]:
        """Return serial and lineage of the state; None and an empty string if it cannot be read, as before `init`."""
        done = subprocess.run(
            [self.terraform, *self.command.globals, "state", "pull"],
            env=dict(self.environ),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        try:
            state = json.loads(done.stdout)
            return int(state["serial"]), str(state["lineage"])
        except (ValueError, KeyError, TypeError):
            return None, ""

    def _verdict(self, serial: int | None, lineage: str) -> Verdict:
        from lakekit_policies import Finding, Verdict

        bound = [self.stack.name, self.stack.account_id, self.stack.region, str(self.working.resolve())]
        text = json.dumps([bound, self.command.words, serial, lineage, self.environ.get("TF_WORKSPACE", "")])
        on = f"serial {serial} of the state" if serial is not None else "a state that could not be read"
        finding = Finding(
            rule_id=RULE_ID,
            title="Changes above dev go through complete plans",
            severity="high",
            stack=self.stack.name,
            address="",
            path="",
            reason=f"{redact(self.command)} {self.subcommand.effect}; bound to {on}",
            remedy="Change the configuration and deploy it, or acknowledge this command.",
        )
        return Verdict(
            stage="plan",
            findings=[finding],
            rules_run=1,
            resources=0,
            stacks=[self.stack.name],
            seconds=0.0,
            plan_digest=hashlib.sha256(text.encode()).hexdigest()[:16],
        )

    def _explain(self, verdict: Verdict) -> None:
        (finding,) = verdict.findings
        print_stderr(
            f"lakekit-terraform: {finding.reason}.\nTier {self.stack.tier} needs a reason for it. Nothing was run. "
            f"To go ahead, give the reason and run the command again:\n  {save_rejected_plan(self.root, verdict)}"
        )
