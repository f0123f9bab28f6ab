"""Record each evaluated plan in the project for the evidence; a failed write is reported and does not stop the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.toolchain.lock_file import locked_providers
from lakekit_policies.shared.regular_file import read_regular_bytes

from .arguments import Command
from .origin import origin
from .phase_record import count_changes
from .process import print_stderr
from .stack import Stack

if TYPE_CHECKING:
    from lakekit_policies import Verdict
    from lakekit_policies.records.plan_records import PlanRecord
    from lakekit_policies.terraform.plan_run import PlanRun


class PlanLog:
    """Records of one Terraform run.

    Args:
        root: Project folder.
        working: Working directory of Terraform, with its lock file.
        stack: Metadata of the stack.
        command: Parsed command line.
    """

    def __init__(self, root: Path, working: Path, stack: Stack, command: Command) -> None:
        from lakekit_policies.records.plan_records import FILE, PlanRecords

        self._records = PlanRecords(root / FILE)
        self._working = working
        self._stack = stack
        self._origin = origin(root, stack, command)
        self._options = command.unusual_options
        self._record: PlanRecord | None = None

    def use_options_of(self, plan_file: str) -> None:
        """Take over the options of a saved plan from the record of its evaluation, so that its findings are the same.

        Args:
            plan_file: SHA-256 of the plan file.

        Raises:
            OSError: The records cannot be read.
        """
        kept, _ = self._records.read()
        recorded = (record.options for record in reversed(kept) if plan_file and record.plan_file == plan_file)
        # The record of a plan that was made without the gate has a description instead.
        self._options = self._options or tuple(option for option in next(recorded, ()) if option.startswith("-"))

    def record_verdict(self, verdict: Verdict, document: Mapping[str, Any], plan_file: str) -> None:
        """Record the verdict on a plan.

        Args:
            verdict: The verdict.
            document: The plan as JSON.
            plan_file: SHA-256 of the plan file.
        """
        from lakekit_policies.records.plan_records import PlanRecord

        record = self._record = PlanRecord.of(
            verdict,
            stack=self._stack.name,
            environment=self._stack.environment,
            configuration=_sha256(self._stack.file),
            changes=count_changes(document),
            terraform=str(document.get("terraform_version", "")),
            providers=locked_providers(self._working),
            plan_file=plan_file,
            origin=self._origin,
            now=datetime.now(UTC),
            options=self._options or _options_of_saved_plan(document),
            removed=_removed(document),
        )
        self._write(lambda: self._records.record_evaluation(record))

    def run_of(self, document: Mapping[str, Any], workspace: str) -> PlanRun:
        """Return how a plan was made, for its evaluation.

        Args:
            document: The plan.
            workspace: Terraform workspace.

        Raises:
            OSError: The records cannot be read.
        """
        from lakekit_policies.terraform.plan_run import PlanRun

        options = (*self._options, *(() if workspace == "default" else (f"workspace {workspace}",)))
        # Most plans remove nothing and need no look at earlier ones.
        removed = self._records.recently_removed(self._stack.name, datetime.now(UTC)) if _removed(document) else 0
        return PlanRun(options, removed)

    def record_failure(self, printed: bytes, code: int, plan_file: str) -> None:
        """Record that the gate could not evaluate a plan.

        Args:
            printed: The plan document.
            code: The gate's exit code.
            plan_file: SHA-256 of the plan file.
        """
        from lakekit_policies.records.plan_records import PlanRecord

        record = PlanRecord.not_evaluated_plan(
            code,
            stack=self._stack.name,
            environment=self._stack.environment,
            sha256=hashlib.sha256(printed).hexdigest() if printed else "",
            configuration=_sha256(self._stack.file),
            providers=locked_providers(self._working),
            plan_file=plan_file,
            origin=self._origin,
            now=datetime.now(UTC),
        )
        self._write(lambda: self._records.record_evaluation(record))

    def record_apply_start(self, plan_file: str) -> None:
        """Record the start of the apply of a plan file, in case the process never returns."""
        if (record := self._record) is not None:
            self._write(lambda: self._records.record_apply(record, datetime.now(UTC), plan_file))

    def record_apply_end(self, code: int, plan_file: str) -> None:
        """Record the exit code of the apply."""
        if (record := self._record) is not None:
            self._write(lambda: self._records.record_apply(record, datetime.now(UTC), plan_file, code))

    def _write(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except OSError as error:
            print_stderr(
                f"Warning: the plan could not be recorded in {self._records.file}: {error.strerror or error}. "
                "It will be missing from `lakekit policies evidence`."
            )


def _options_of_saved_plan(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return that a plan is partial, if its document shows it: a saved plan does not state its options."""
    return ("a saved plan with -target or -exclude",) if document.get("complete") is False else ()


def _removed(document: Mapping[str, Any]) -> int:
    """Number of existing resources that a plan deletes, replaces or removes from the state, as in LK_PLAN_7."""
    from lakekit_policies.terraform.plan_file import PlanFile

    return sum(bool(change.before) and (change.destroys or change.forgets) for change in PlanFile(document).changes())


def _sha256(file: Path | None) -> str:
    try:
        return hashlib.sha256(read_regular_bytes(file)).hexdigest() if file else ""
    except OSError:
        return ""
