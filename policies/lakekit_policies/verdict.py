"""Verdict: findings in deterministic order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Self

from lakekit_policies.shared.safe_text import json_text

SEVERITIES: Final = ("critical", "high", "medium", "low")
"""Worst first: the order of every report."""

_REQUIRED: Final = ("stage", "findings", "rules_run", "resources", "stacks", "seconds")
_FINDINGS: Final = ("findings", "warnings", "acknowledged")

CLEAN: Final = 0
FINDINGS: Final = 1
LEDGER_PROBLEMS: Final = 5
"""Exit code: a waiver is expired, unused, too broad or too long, with or without findings."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that rejects a resource, or a whole stack (``address`` is then empty)."""

    rule_id: str
    title: str
    severity: str
    stack: str
    address: str
    """Terraform address: ``aws_s3_bucket.Lake_Raw_Bucket_1A2B``."""
    path: str
    """Construct path (``dev-storage/Lake/Raw/Bucket``), empty for a configuration that cdktf did not write."""
    reason: str
    """The problem of this resource."""
    remedy: str
    reference: str = ""
    """Where the rule comes from: a page of AWS or Snowflake, a CIS or NIST id."""
    level: str = ""
    """``advisory``, ``mandatory`` or ``critical`` (see ``gate.levels``); empty for an undetermined result."""
    source: str = ""
    """File and line of the Python call that made the construct (``stacks/storage.py:23``), empty if not recorded."""

    @property
    def location(self) -> str:
        """Location for people: construct path, else address, else stack."""
        return self.path or self.address or self.stack

    @property
    def message(self) -> str:
        """The problem, readable without the title, which states the requirement."""
        return self.reason if self.reason != self.title else f"requirement not met: {self.title}"

    @property
    def key(self) -> tuple[str, str, str]:
        """Key that the same finding has in another verdict, whatever its message."""
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
    """Accepted finding: owner, reason and expiry date."""

    policy: str
    target: str
    """Construct path or Terraform address, with wildcards as written; it includes everything below."""
    environment: str
    reason: str
    owner: str
    ticket: str
    expires: str
    """ISO date; last day of validity."""
    source: str
    """Where it is written: ``policies/waivers.yaml:12``, or the line of Python."""


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that a waiver covers: it stays in every report."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, slots=True)
class LedgerProblem:
    """A waiver without effect, and the reason."""

    kind: str
    """``expired``, ``unused``, ``too_broad``, ``too_long`` or ``unknown_policy``."""
    source: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Number of resources and data sources by what the rules know of their type (see ``coverage.catalog``)."""

    judged: int = 0
    """A rule evaluates the type."""
    inert: int = 0
    """No setting of the type needs a rule."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Types without a rule, with the number of their resources."""

    def __add__(self, other: Coverage) -> Coverage:
        unknown = {
            kind: self.unknown.get(kind, 0) + other.unknown.get(kind, 0) for kind in (*self.unknown, *other.unknown)
        }
        return Coverage(self.judged + other.judged, self.inert + other.inert, dict(sorted(unknown.items())))

    @property
    def text(self) -> str:
        """``judged 480, inert 31, unknown 2: aws_cloud9_environment_ec2, aws_x``."""
        names = f": {', '.join(self.unknown)}" if self.unknown else ""
        return f"judged {self.judged}, inert {self.inert}, unknown {sum(self.unknown.values())}{names}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of an evaluation; an evaluation that fails raises ``GateError``."""

    stage: str
    """``synth`` or ``plan``."""
    findings: list[Finding]
    rules_run: int
    """Number of rules applied, with or without matching resources."""
    resources: int
    """Resources and data sources evaluated."""
    stacks: list[str]
    seconds: float
    """Time of the evaluation, loading not included."""
    notes: list[str] = field(default_factory=list)
    """What is left to the other stage, and why."""
    plan_sha256: str = ""
    """Hash of the evaluated plan document, empty at synth."""
    warnings: list[Finding] = field(default_factory=list)
    """Advisory findings, and undetermined results: a value is not known yet. Reported without rejecting."""
    waived: list[Waived] = field(default_factory=list)
    ledger_problems: list[LedgerProblem] = field(default_factory=list)
    evaluated: dict[str, list[str]] = field(default_factory=dict)
    """Rule id to ``stack/address`` of everything it evaluated; only with ``evidence``."""

    fail_on: str = ""
    """Lowest severity that rejects; several if the environments differ."""
    coverage: Coverage = field(default_factory=Coverage)
    plan_digest: str = ""
    """Digest of the plan's changes, 16 characters; typed to acknowledge the plan."""
    acknowledged: list[Finding] = field(default_factory=list)
    """Findings that were acknowledged for this plan."""
    acknowledged_by: str = ""
    """Who, when and why."""
    acknowledged_at: str = ""

    @property
    def passed(self) -> bool:
        """Whether nothing is rejected."""
        return not self.findings and not self.ledger_problems

    @property
    def clean(self) -> bool:
        """Whether nothing is rejected and the rules evaluate every type."""
        return self.passed and not self.coverage.unknown

    @property
    def exit_code(self) -> int:
        if self.ledger_problems:
            return LEDGER_PROBLEMS
        return FINDINGS if self.findings else CLEAN

    def by_severity(self) -> dict[str, int]:
        """Number of findings by severity, worst first, without zeros."""
        found = dict.fromkeys(SEVERITIES, 0)
        for finding in self.findings:
            found[finding.severity] += 1
        return {severity: count for severity, count in found.items() if count}

    def to_dict(self) -> dict[str, Any]:
        """Plain data: the JSON report."""
        return {"version": 2, "clean": self.clean, "exit_code": self.exit_code, **asdict(self)}

    def to_json(self) -> str:
        return json_text(self.to_dict())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a verdict from a JSON report.

        Raises:
            ValueError: the data is not a verdict, or is "clean" and has findings.
        """
        try:
            # Reports of an earlier version lack newer keys; the keys they have must be valid.
            given: dict[str, Any] = {f.name: data[f.name] for f in fields(cls) if f.name in data or f.name in _REQUIRED}
            given |= {name: [Finding(**item) for item in given[name]] for name in _FINDINGS if name in given}
            given["waived"] = [
                Waived(Finding(**item["finding"]), Waiver(**item["waiver"])) for item in given.get("waived", [])
            ]
            if "coverage" in given:
                given["coverage"] = Coverage(**given["coverage"])
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
