"""Records of plans: which plan was evaluated, when, with which outcome, and whether it was applied.

A plan contains secrets and is deleted after the apply; the next synth replaces ``cdktf.out``. For audits there is one
JSON object per line in ``.lakekit/plans.jsonl`` of the project, next to the acknowledgements. It contains hashes,
numbers, rule ids and versions, but no address and no value.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from lakekit_policies.records.command_record import CommandRecord
from lakekit_policies.records.plan_record import PlanRecord, written
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text
from lakekit_policies.shared.utc_time import read_time

__all__ = ["FILE", "PlanRecord", "PlanRecords"]

FILE: Final = Path(".lakekit/plans.jsonl")
_RECENT: Final = timedelta(hours=24)


class PlanRecords:
    """The records of a project.

    Args:
        file: where they are kept; it need not exist yet.
    """

    def __init__(self, file: Path) -> None:
        self.file: Final = file

    def record_evaluation(self, record: PlanRecord) -> None:
        """Append a record.

        Raises:
            OSError: it cannot be written.
        """
        self._append({"evaluated": record.model_dump(mode="json", exclude={"applied", "applied_file", "exit_code"})})

    def record_apply(self, record: PlanRecord, now: datetime, file: str, code: int | None = None) -> None:
        """Record the start of an apply, and with the exit code its end.

        Args:
            record: the evaluation.
            now: the time.
            file: SHA-256 of the plan file that is applied.
            code: Terraform's exit code.

        Raises:
            OSError: it cannot be written.
        """
        plan = {"stack": record.stack, "sha256": record.sha256, "of": record.evaluated_at}
        self._append({"applied": {**plan, "at": written(now), "file": file, "code": code}})

    def read(self) -> tuple[list[PlanRecord], list[int]]:
        """The records, oldest first, and the numbers of unreadable lines.

        A full disk leaves a truncated line; it is reported, and the other lines are read.

        Raises:
            OSError: the file exists and cannot be read.
        """
        found: dict[tuple[str, str, str], PlanRecord] = {}
        broken: list[int] = []
        try:
            lines = read_regular_text(self.file, MAX_BYTES, errors="replace").splitlines()
        except FileNotFoundError:
            return [], []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
                if "command" in entry:
                    CommandRecord.model_validate(entry["command"])
                elif "applied" in entry:
                    done = entry["applied"]
                    key = str(done["stack"]), str(done["sha256"]), str(done["of"])
                    began = found[key].applied or str(done["at"])
                    read_time(began)
                    ended = {"applied": began, "applied_file": str(done.get("file", "")), "exit_code": done["code"]}
                    found[key] = found[key].model_copy(update=ended)
                else:
                    record = PlanRecord.model_validate(entry["evaluated"]).model_copy(update={"line": number})
                    found[record.key] = record
            except (ValueError, KeyError, TypeError, RecursionError):
                broken.append(number)
        return list(found.values()), broken

    def record_command(self, record: CommandRecord) -> None:
        """Append the record of a command that is not evaluated as a plan.

        Raises:
            OSError: it cannot be written.
        """
        self._append({"command": record.model_dump(mode="json")})

    def read_commands(self) -> list[CommandRecord]:
        """The records of other commands, oldest first; :meth:`read` reports unreadable lines.

        Raises:
            OSError: the file exists and cannot be read.
        """
        found: list[CommandRecord] = []
        try:
            lines = read_regular_text(self.file, MAX_BYTES, errors="replace").splitlines()
        except FileNotFoundError:
            return []
        for line in lines:
            try:
                found.append(CommandRecord.model_validate(json.loads(line)["command"]))
            except (ValueError, KeyError, TypeError, RecursionError):
                continue  # a plan, or an unreadable line
        return found

    def recently_removed(self, stack: str, now: datetime) -> int:
        """Resources that partial applies of a stack have deleted or replaced within 24 hours, failed ones included.

        Raises:
            OSError: the file exists and cannot be read.
        """
        records, _ = self.read()
        return sum(
            record.removed
            for record in records
            if record.stack == stack
            and record.options
            and record.applied
            and timedelta() <= now - read_time(record.applied) < _RECENT
        )

    def _append(self, entry: Mapping[str, Any]) -> None:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps(entry, sort_keys=True).encode() + b"\n"
        # One write in append mode: stacks that run in parallel do not mix.
        descriptor = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line  # Start a new line after a truncated one.
            if os.write(descriptor, line) != len(line):
                raise OSError(28, os.strerror(28))
        finally:
            os.close(descriptor)
