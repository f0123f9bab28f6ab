"""Record duration and exit code of each phase of each stack for the `lakekit` command that started the run."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode
from lakekit_policies.shared.named_errors import naming
from lakekit_policies.shared.regular_file import read_regular_text

from .stack_log import stack_log

RECORD_VARIABLE = "LAKEKIT_RUN_RECORD"
ORDER_PHASE = "order"
"""Phase of a stack that is refused because a stack that comes first has no record of success."""
VERDICTS_VARIABLE = "LAKEKIT_RUN_VERDICTS"


@dataclass
class Phase:
    """One phase of one stack.

    Attributes:
        stack: Stack name.
        phase: `init`, `plan`, `gate`, `apply`, `skip`, `ORDER_PHASE`, or `run` for the whole `lakekit-terraform` that
            applies. One that has started and not ended was killed.
        seconds: Duration.
        code: Exit code.
        started: Start time in seconds since the epoch.
        changes: For `gate`, the number of resources that the plan creates, updates, replaces and deletes.
        running: Whether the phase has only started; it is recorded again when it ends.
        log_offset: Size of the stack's log at the start, in bytes.
        outcome: For `apply` with an exit code other than 0, an :class:`Outcome`.
        complete: For `apply`, the number of planned changes in the state after a failure.
        planned: For `apply`, the number of planned changes.
        expired: For `apply`, whether it failed because the AWS credentials had expired.
        unanswered: For `apply`, addresses of resources whose operation failed without an answer of the service.
    """

    stack: str
    phase: str
    seconds: float = 0.0
    code: int = 0
    started: float = 0.0
    changes: dict[str, int] = field(default_factory=dict)
    running: bool = False
    log_offset: int = 0
    outcome: str = ""
    complete: int = 0
    planned: int = 0
    expired: bool = False
    unanswered: list[str] = field(default_factory=list)


class PhaseRecorder:
    """Append phases to the file named by `LAKEKIT_RUN_RECORD`, if set."""

    def __init__(self, stack: str, environ: Mapping[str, str] = os.environ) -> None:
        self._stack = stack
        self._file = environ.get(RECORD_VARIABLE)
        self._verdicts = environ.get(VERDICTS_VARIABLE)
        self._log = stack_log(stack, environ)

    @contextmanager
    def phase(self, name: str) -> Iterator[Phase]:
        """Measure a phase; the body of the context sets `code`, which is not 0 if it raises."""
        size = self._log.stat().st_size if self._log and self._log.exists() else 0
        phase = Phase(self._stack, name, started=time.time(), log_offset=size)
        self._append(replace(phase, running=True))
        start = time.monotonic()
        try:
            yield phase
        except BaseException as error:
            interrupted = isinstance(error, KeyboardInterrupt)
            phase.code = phase.code or int(ExitCode.INTERRUPTED if interrupted else ExitCode.FAILED)
            raise
        finally:
            phase.seconds = round(time.monotonic() - start, 2)
            self._append(phase)

    @contextmanager
    def blocked(self, phase: str = "plan") -> Iterator[None]:
        """Record a phase with the exit code of a :class:`LakekitError` that the body of the context raises."""
        try:
            yield
        except LakekitError as error:
            code = int(getattr(error, "exit_code", ExitCode.FAILED))
            self._append(Phase(self._stack, phase, code=code, started=time.time()))
            raise

    def save_verdict(self, verdict: Any) -> None:
        """Write the verdict on the plan to the folder named by `LAKEKIT_RUN_VERDICTS`, if set."""
        if self._verdicts:
            file = Path(self._verdicts) / f"{self._stack}.json"
            with naming(file):
                file.write_text(verdict.to_json(), encoding="utf-8")

    def _append(self, phase: Phase) -> None:
        if not self._file:
            return
        try:
            # One short write in append mode, so that the lines of parallel stacks do not mix.
            with Path(self._file).open("a") as stream:
                stream.write(json.dumps(asdict(phase)) + "\n")
        except OSError:
            return


def count_changes(document: Mapping[str, Any]) -> dict[str, int]:
    """Count the resources that a plan creates, updates, replaces and deletes."""
    from lakekit_policies.terraform.plan_file import PlanFile

    counts = {"create": 0, "update": 0, "replace": 0, "delete": 0}
    for change in PlanFile(document).changes():
        kind = "replace" if len(change.actions) > 1 else change.actions[0]
        if kind in counts:
            counts[kind] += 1
    return counts


def read_phases(file: Path) -> list[Phase]:
    """Read the phases of a file in the order in which they ended; empty if it does not exist or is damaged."""
    try:
        return [phase for phase in map(read_phase, read_regular_text(file).splitlines()) if phase and not phase.running]
    except OSError:
        return []


def read_phase(line: str) -> Phase | None:
    """Read one recorded line; None if it is damaged."""
    try:
        return Phase(**json.loads(line))
    except (ValueError, TypeError):
        return None
