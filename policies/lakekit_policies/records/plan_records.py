"""Records of plans: which plan was evaluated, when, with which outcome, and whether it was applied.

A plan contains secrets and is deleted after the apply; the next synth replaces ``cdktf.out``. For audits there is one
JSON object per line in ``.lakekit/plans.jsonl`` of the project, next to the acknowledgements. It contains hashes,
numbers, rule ids and versions, but no address and no value.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict

from lakekit_policies.records.origin import RunOrigin
from lakekit_policies.verdict import Verdict

FILE: Final = Path(".lakekit/plans.jsonl")


def _a_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


class PlanRecord(BaseModel):
    """Record of one plan.

    Attributes:
        stack: its stack.
        environment: the stack's environment, empty if the configuration does not state it.
        sha256: of the plan document (`terraform show -json`).
        digest: digest of the changes, 16 characters; named by acknowledgements.
        configuration: SHA-256 of the `cdk.tf.json` it was evaluated with, empty without one.
        evaluated_at: ISO time, UTC.
        changes: number of resources it creates, updates, replaces and deletes.
        findings: number by severity, without acknowledged ones.
        rules: ids of the rules with findings, waived and acknowledged ones included.
        waived: number of waived findings.
        undetermined: number of warnings on values that were not known yet.
        ledger_problems: number of waivers without effect.
        acknowledged: number of acknowledged findings.
        acknowledged_by: person, time and reason.
        terraform: version that created the plan.
        providers: source to locked version.
        plan_file: SHA-256 of the plan file that was evaluated.
        origin: tier, account, commit, command line, user and gate.
        not_evaluated: the gate's exit code if it could not evaluate the plan and rejected it; else 0.
        applied: start of the apply; empty if it was not applied.
        applied_file: SHA-256 of the plan file that Terraform was given.
        exit_code: Terraform's exit code; None if the plan was not applied or the apply was interrupted.
    """

    model_config = ConfigDict(frozen=True)

    stack: str
    environment: str
    sha256: str
    digest: str
    configuration: str
    evaluated_at: Annotated[str, AfterValidator(_a_time)]
    changes: Mapping[str, int]
    findings: Mapping[str, int]
    rules: tuple[str, ...]
    waived: int
    undetermined: int
    ledger_problems: int
    acknowledged: int
    acknowledged_by: str
    terraform: str
    providers: Mapping[str, str]
    plan_file: str = ""
    origin: RunOrigin = RunOrigin()
    not_evaluated: int = 0
    applied: str = ""
    applied_file: str = ""
    exit_code: int | None = None

    @classmethod
    def of(
        cls,
        verdict: Verdict,
        *,
        stack: str,
        environment: str,
        configuration: str,
        changes: Mapping[str, int],
        terraform: str,
        providers: Mapping[str, str],
        plan_file: str,
        origin: RunOrigin,
        now: datetime,
    ) -> Self:
        """Record of a verdict on a plan; the arguments are those of the class."""
        reported = [*verdict.findings, *verdict.acknowledged, *(pair.finding for pair in verdict.waived)]
        return cls(
            stack=stack,
            environment=environment,
            sha256=verdict.plan_sha256,
            digest=verdict.plan_digest,
            configuration=configuration,
            evaluated_at=_written(now),
            changes=dict(changes),
            findings=verdict.by_severity(),
            rules=tuple(sorted({finding.rule_id for finding in reported})),
            waived=len(verdict.waived),
            undetermined=len(verdict.warnings),
            ledger_problems=len(verdict.ledger_problems),
            acknowledged=len(verdict.acknowledged),
            acknowledged_by=verdict.acknowledged_by,
            terraform=terraform,
            providers=dict(providers),
            plan_file=plan_file,
            origin=origin,
        )

    @classmethod
    def not_evaluated_plan(
        cls,
        code: int,
        *,
        stack: str,
        environment: str,
        sha256: str,
        configuration: str,
        providers: Mapping[str, str],
        plan_file: str,
        origin: RunOrigin,
        now: datetime,
    ) -> Self:
        """Record of a plan that could not be evaluated; it contains nothing of the plan.

        Args:
            code: the gate's exit code.
            stack: its stack.
            environment: the stack's environment.
            sha256: of the plan document, empty if Terraform printed none.
            configuration: SHA-256 of the stack's `cdk.tf.json`.
            providers: source to locked version.
            plan_file: SHA-256 of the plan file.
            origin: tier, account, commit, command line, user and gate.
            now: the time.
        """
        return cls(
            stack=stack,
            environment=environment,
            sha256=sha256,
            digest="",
            configuration=configuration,
            evaluated_at=_written(now),
            changes={},
            findings={},
            rules=(),
            waived=0,
            undetermined=0,
            ledger_problems=0,
            acknowledged=0,
            acknowledged_by="",
            terraform="",
            providers=dict(providers),
            plan_file=plan_file,
            origin=origin,
            not_evaluated=code,
        )

    @property
    def key(self) -> tuple[str, str, str]:
        """Key of an evaluation."""
        return self.stack, self.sha256, self.evaluated_at

    @property
    def clean(self) -> bool:
        """Whether the gate accepted the plan."""
        return not self.findings and not self.ledger_problems and not self.not_evaluated


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
        self._append({"applied": {**plan, "at": _written(now), "file": file, "code": code}})

    def read(self) -> tuple[list[PlanRecord], list[int]]:
        """The records, oldest first, and the numbers of unreadable lines.

        A full disk leaves a truncated line; it is reported, and the other lines are read.

        Raises:
            OSError: the file exists and cannot be read.
        """
        found: dict[tuple[str, str, str], PlanRecord] = {}
        broken: list[int] = []
        try:
            lines = self.file.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return [], []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                entry = json.loads(line)
                if "applied" in entry:
                    done = entry["applied"]
                    key = str(done["stack"]), str(done["sha256"]), str(done["of"])
                    began = found[key].applied or str(done["at"])
                    ended = {"applied": began, "applied_file": str(done.get("file", "")), "exit_code": done["code"]}
                    found[key] = found[key].model_copy(update=ended)
                else:
                    record = PlanRecord.model_validate(entry["evaluated"])
                    found[record.key] = record
            except (ValueError, KeyError, TypeError):
                broken.append(number)
        return list(found.values()), broken

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


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
