"""What a judgement says: findings, in an order that does not depend on luck."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Self

SEVERITIES: Final = ("critical", "high", "medium", "low")
"""Worst first: the order of every report."""

_REQUIRED: Final = ("stage", "findings", "rules_run", "resources", "stacks", "seconds")
_FINDINGS: Final = ("findings", "warnings", "acknowledged")

CLEAN: Final = 0
FINDINGS: Final = 1
LEDGER_PROBLEMS: Final = 5
"""Exit code: a waiver is expired, unused, too broad or too long; whether or not there are findings too."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule refusing one resource (or one whole stack, then ``address`` is empty)."""

    rule_id: str
    title: str
    severity: str
    stack: str
    address: str
    """Terraform address: ``aws_s3_bucket.Lake_Raw_Bucket_1A2B``."""
    path: str
    """Construct path (``dev-storage/Lake/Raw/Bucket``), empty where the configuration is not ours."""
    reason: str
    """What is wrong with this very resource."""
    remedy: str
    reference: str = ""
    """Where the rule comes from: a page of AWS or Snowflake, a CIS or NIST id."""
    source: str = ""
    """File and line of the Python call that made the construct (``stacks/storage.py:23``), empty if not recorded."""

    @property
    def location(self) -> str:
        """What it is about, for people: the construct path, else the address, else the stack."""
        return self.path or self.address or self.stack

    @property
    def message(self) -> str:
        """What is wrong, also where it stands without the rule's title: that one says how it should be."""
        return self.reason if self.reason != self.title else f"not so here: {self.title}"

    @property
    def key(self) -> tuple[str, str, str]:
        """The same finding in another judgement has the same key, however it is worded there."""
        return self.rule_id, self.stack, self.address or self.path

    def sort_key(self) -> tuple[Any, ...]:
        return (
            self.stack,
            self.path or self.address,
            SEVERITIES.index(self.severity),
            self.rule_id,
            self.address,
        )


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who accepts which finding, why, and until when."""

    policy: str
    target: str
    """Construct path or Terraform address, with wildcards as written; it covers what is below."""
    environment: str
    reason: str
    owner: str
    ticket: str
    expires: str
    """ISO date; the last day on which it counts."""
    source: str
    """Where it is written: ``policies/waivers.yaml:12``, or the line of Python."""


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that a waiver covers: it stays in every report."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """A waiver that does not count, and why."""

    kind: str
    """``expired``, ``unused``, ``too_broad``, ``too_long`` or ``unknown_policy``."""
    source: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one judgement that could be reached; what could not raises ``GateError``."""

    stage: str
    """``synth`` or ``plan``."""
    findings: list[Finding]
    rules_run: int
    """How many rules were applied, whether or not a resource of theirs was there."""
    resources: int
    """Resources and data sources evaluated."""
    stacks: list[str]
    seconds: float
    """Time the engine took for this judgement, loading not included."""
    notes: list[str] = field(default_factory=list)
    """What was left to the other stage, and why."""
    plan_sha256: str = ""
    """Hash of the evaluated plan document, empty at synth."""
    warnings: list[Finding] = field(default_factory=list)
    """What a rule below critical could not evaluate, since a value is not known yet. Seen, but no refusal."""
    waived: list[Waived] = field(default_factory=list)
    ledger_problems: list[LedgerProblem] = field(default_factory=list)
    evaluated: dict[str, list[str]] = field(default_factory=dict)
    """Rule id to ``stack/address`` of everything it looked at; filled only when asked for (evidence)."""

    plan_digest: str = ""
    """What the plan does, in 16 characters; this is what somebody types to acknowledge it."""
    acknowledged: list[Finding] = field(default_factory=list)
    """What was refused and somebody has acknowledged, for this very plan."""
    acknowledged_by: str = ""
    """Who, when and why."""
    acknowledged_at: str = ""

    @property
    def clean(self) -> bool:
        return not self.findings and not self.ledger_problems

    @property
    def exit_code(self) -> int:
        if self.ledger_problems:
            return LEDGER_PROBLEMS
        return FINDINGS if self.findings else CLEAN

    def by_severity(self) -> dict[str, int]:
        """How many findings of each severity, worst first, without zeros."""
        found = dict.fromkeys(SEVERITIES, 0)
        for finding in self.findings:
            found[finding.severity] += 1
        return {severity: count for severity, count in found.items() if count}

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the JSON report."""
        return {"version": 1, "clean": self.clean, "exit_code": self.exit_code, **asdict(self)}

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), indent=2, sort_keys=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The verdict a JSON report holds.

        Raises:
            ValueError: the data is no verdict, or says "clean" next to findings.
        """
        try:
            # Reports of an earlier version lack what has come since; what they have must be right.
            given: dict[str, Any] = {f.name: data[f.name] for f in fields(cls) if f.name in data or f.name in _REQUIRED}
            given |= {name: [Finding(**item) for item in given[name]] for name in _FINDINGS if name in given}
            given["waived"] = [
                Waived(Finding(**item["finding"]), Waiver(**item["waiver"])) for item in given.get("waived", [])
            ]
            given["ledger_problems"] = [LedgerProblem(**item) for item in given.get("ledger_problems", [])]
            verdict = cls(**given)
            consistent = data["clean"] is verdict.clean and data["exit_code"] == verdict.exit_code
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a verdict: {error!r}") from error
        if not consistent:
            raise ValueError("not a verdict: it contradicts its own findings")
        return verdict


def in_report_order(findings: Iterable[Finding]) -> list[Finding]:
    """By stack, construct path, severity, rule."""
    return sorted(findings, key=Finding.sort_key)
