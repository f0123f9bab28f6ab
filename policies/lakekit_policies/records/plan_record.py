"""Record of one plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lakekit_policies.records.origin import RunOrigin
from lakekit_policies.shared.utc_time import read_time
from lakekit_policies.verdict import Verdict


def _a_time(text: str) -> str:
    read_time(text)
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
        options: options that make the plan partial or take it from another state.
        removed: number of resources that it deletes, replaces or removes from the state.
        origin: tier, account, commit, command line, user and gate.
        not_evaluated: the gate's exit code if it could not evaluate the plan and rejected it; else 0.
        applied: start of the apply; empty if it was not applied.
        applied_file: SHA-256 of the plan file that Terraform was given.
        exit_code: Terraform's exit code; None if the plan was not applied or the apply was interrupted.
        line: line of the evaluation in the file that it was read from; 0 before, and not written.
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
    options: tuple[str, ...] = ()
    removed: int = 0
    origin: RunOrigin = RunOrigin()
    not_evaluated: int = 0
    applied: str = ""
    applied_file: str = ""
    exit_code: int | None = None
    line: int = Field(default=0, exclude=True)

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
        options: tuple[str, ...] = (),
        removed: int = 0,
    ) -> Self:
        """Record of a verdict on a plan; the arguments are those of the class."""
        reported = [*verdict.findings, *verdict.acknowledged, *(pair.finding for pair in verdict.waived)]
        return cls(
            stack=stack,
            environment=environment,
            sha256=verdict.plan_sha256,
            digest=verdict.plan_digest,
            configuration=configuration,
            evaluated_at=written(now),
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
            options=options,
            removed=removed,
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
            evaluated_at=written(now),
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


def written(moment: datetime) -> str:
    """A time as it is recorded: ISO, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
