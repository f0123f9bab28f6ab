"""Leaves a record of each judged plan in the project, for the evidence; a full disk is said, and stops nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lakekit_cli.toolchain.lock_file import locked_providers

from .phase_record import count_changes
from .process import print_stderr
from .stack import Stack

if TYPE_CHECKING:
    from lakekit_policies import Verdict
    from lakekit_policies.records.plan_records import PlanRecord


class PlanLog:
    """The records of one run of Terraform.

    Args:
        root: the project.
        working: the folder that Terraform works in, with its lock file.
        stack: what is planned there.
    """

    def __init__(self, root: Path, working: Path, stack: Stack) -> None:
        from lakekit_policies.records.plan_records import FILE, PlanRecords

        self._records = PlanRecords(root / FILE)
        self._working = working
        self._stack = stack
        self._record: PlanRecord | None = None

    def record_verdict(self, verdict: Verdict, document: Mapping[str, Any]) -> None:
        """Keep what came of a plan."""
        from lakekit_policies.records.plan_records import PlanRecord

        record = self._record = PlanRecord.of(
            verdict,
            stack=self._stack.name,
            environment=self._stack.environment,
            configuration=_sha256(self._stack.file),
            changes=count_changes(document),
            terraform=str(document.get("terraform_version", "")),
            providers=locked_providers(self._working),
            now=datetime.now(UTC),
        )
        self._write(lambda: self._records.record_evaluation(record))

    def record_failure(self, shown: Path, code: int) -> None:
        """Keep that the gate could not evaluate a plan, and with which code it refused."""
        from lakekit_policies.records.plan_records import PlanRecord

        record = PlanRecord.not_evaluated_plan(
            code,
            stack=self._stack.name,
            environment=self._stack.environment,
            sha256=_sha256(shown if shown.stat().st_size else None),
            configuration=_sha256(self._stack.file),
            providers=locked_providers(self._working),
            now=datetime.now(UTC),
        )
        self._write(lambda: self._records.record_evaluation(record))

    def record_apply_start(self) -> None:
        """Keep that Terraform gets the plan: it may never come back."""
        if (record := self._record) is not None:
            self._write(lambda: self._records.record_apply(record, datetime.now(UTC)))

    def record_apply_end(self, code: int) -> None:
        """Keep how it ended."""
        if (record := self._record) is not None:
            self._write(lambda: self._records.record_apply(record, datetime.now(UTC), code))

    def _write(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except OSError as error:
            print_stderr(
                f"Warning: no record of this plan could be kept in {self._records.file}: {error.strerror or error}. "
                "`lakekit policies evidence` will not know it."
            )


def _sha256(file: Path | None) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file else ""
    except OSError:
        return ""
