"""Convert verdicts to rows: controls, their rules, the evaluated resources and the outcomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.controls import FRAMEWORKS
from lakekit_policies.evidence.control_names import name
from lakekit_policies.pack.load import Pack
from lakekit_policies.records.command_record import CommandRecord
from lakekit_policies.records.plan_records import PlanRecord
from lakekit_policies.records.recovery_record import RecoveryRecord
from lakekit_policies.verdict import Finding, Verdict

REJECTED: Final = "rejected"
WAIVED: Final = "waived"
UNDETERMINED: Final = "undetermined"
PASSED: Final = "passed"
NO_RESOURCE: Final = "no resource"
NEEDS_PLAN: Final = "needs a plan"
_WORST_FIRST: Final = (REJECTED, WAIVED, UNDETERMINED, PASSED, NEEDS_PLAN, NO_RESOURCE)


@dataclass(frozen=True, slots=True)
class StackSummary:
    """One synthesized stack."""

    name: str
    sha256: str
    resources: int
    providers: Mapping[str, str]
    """Source to version: the required one, and the locked one after `terraform init`."""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """One plan that was evaluated."""

    stack: str
    file: str
    sha256: str
    terraform: str
    created_at: str
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EvidenceInputs:
    """Content of the cover."""

    environment: str
    context: Mapping[str, str]
    """Organization, tier, account, region, from the metadata of the stacks."""
    created_at: str
    commit: str
    versions: Mapping[str, str]
    stacks: Sequence[StackSummary]
    plans: Sequence[PlanSummary]
    paths: Mapping[str, str] = field(default_factory=dict)
    """``stack/address`` to construct path."""
    records: Sequence[PlanRecord] = ()
    """Plans that the gate has evaluated before, newest first."""
    commands: Sequence[CommandRecord] = ()
    """Commands that changed a state without a plan, or were refused, newest first."""
    recoveries: Sequence[RecoveryRecord] = ()
    """States that Terraform could not save, recovered or discarded, newest first."""
    gaps: Sequence[str] = ()
    """Unreadable parts of the records."""


@dataclass(slots=True)
class RuleRow:
    """A rule and the resources that it has evaluated."""

    id: str
    title: str
    severity: str
    pack: str
    stages: str
    rationale: str
    remedy: str
    reference: str
    controls: Mapping[str, Sequence[str]]
    places: dict[str, list[str]] = field(default_factory=dict)
    """Construct paths by outcome."""
    planned: bool = True
    """Whether a plan was given, for a rule that evaluates only plans."""

    @property
    def status(self) -> str:
        unseen = NEEDS_PLAN if self.stages == "plan" and not self.planned else NO_RESOURCE
        return next((outcome for outcome in _WORST_FIRST if self.places.get(outcome)), unseen)

    @property
    def evaluated(self) -> int:
        return sum(map(len, self.places.values()))


@dataclass(slots=True)
class ControlRow:
    """A control of a framework, and the rules that support it."""

    id: str
    name: str
    rules: list[RuleRow]

    @property
    def status(self) -> str:
        found = {rule.status for rule in self.rules}
        return next(outcome for outcome in _WORST_FIRST if outcome in found)

    @property
    def evaluated(self) -> int:
        return sum(rule.evaluated for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Content of the page."""

    facts: EvidenceInputs
    verdict: Verdict
    rules: list[RuleRow]
    frameworks: list[tuple[str, str, list[ControlRow]]]
    """Key, name and controls of each framework."""
    unmapped: list[RuleRow]
    """Rules without a control of these frameworks."""

    @property
    def counts(self) -> dict[str, int]:
        """Controls by outcome, over all frameworks."""
        rows = [row for _, _, controls in self.frameworks for row in controls]
        return {status: sum(row.status == status for row in rows) for status in _WORST_FIRST}

    @property
    def recorded(self) -> list[tuple[PlanRecord, bool]]:
        """Each recorded plan, and whether it was created from the configuration of this page."""
        now = {stack.name: stack.sha256 for stack in self.facts.stacks}
        return [
            (one, bool(one.configuration) and now.get(one.stack) == one.configuration) for one in self.facts.records
        ]

    @property
    def known(self) -> set[str]:
        """Ids of the rules on the page."""
        return {rule.id for rule in self.rules}

    @property
    def unplanned(self) -> list[str]:
        """Stacks without an applied plan of their current configuration in the records."""
        done = {one.stack for one, current in self.recorded if current and one.exit_code == 0}
        return [stack.name for stack in self.facts.stacks if stack.name not in done]


def build(verdict: Verdict, pack: Pack, facts: EvidenceInputs) -> Evidence:
    """The evidence of one environment.

    Args:
        verdict: of its stacks and plans, combined, evaluated with ``evidence=True``.
        pack: the rules, for titles and controls.
        facts: inputs, time and versions.
    """
    rules = [*_rows(pack)]
    by_id = {rule.id: rule for rule in rules}
    outcomes = _outcomes(verdict)
    for rule_id in {*verdict.evaluated, *(rule for rule, _ in outcomes)}:
        rule = by_id.get(rule_id)
        if rule is None:
            # An additional rule of the project: its metadata are those of its findings.
            finding = next((f for f in _every(verdict) if f.rule_id == rule_id), None)
            rule = _unknown(rule_id, finding)
            rules.append(rule)
        places = dict.fromkeys(
            [*verdict.evaluated.get(rule_id, []), *(place for one, place in outcomes if one == rule_id)]
        )
        for place in places:
            outcome = outcomes.get((rule_id, place), PASSED)
            rule.places.setdefault(outcome, []).append(_shown(place, facts.paths))
    for rule in rules:
        rule.planned = bool(facts.plans)
        for shown in rule.places.values():
            shown.sort()
    frameworks = [(key, title, _controls(key, rules)) for key, title in FRAMEWORKS.items()]
    return Evidence(facts, verdict, rules, frameworks, [rule for rule in rules if not any(rule.controls.values())])


def _outcomes(verdict: Verdict) -> dict[tuple[str, str], str]:
    """Rule and place of every result other than passed."""
    pairs = [(f, UNDETERMINED) for f in verdict.warnings]
    pairs += [(pair.finding, WAIVED) for pair in verdict.waived]
    pairs += [(f, REJECTED) for f in verdict.findings]
    return {(finding.rule_id, f"{finding.stack}/{finding.address}"): outcome for finding, outcome in pairs}


def _every(verdict: Verdict) -> Iterable[Finding]:
    return [*verdict.findings, *(pair.finding for pair in verdict.waived), *verdict.warnings]


def _rows(pack: Pack) -> Iterable[RuleRow]:
    for rule in pack.own_rules:
        yield _row(rule.id, rule, " and ".join(rule.stages), rule.rationale)
    for rule_id, words in pack.checkov.items():
        yield _row(rule_id, words, "synth and plan", "")


def _row(rule_id: str, rule: Any, stages: str, rationale: str) -> RuleRow:
    return RuleRow(
        id=rule_id,
        title=rule.title,
        severity=str(getattr(rule.severity, "value", rule.severity)),
        pack=rule.pack,
        stages=stages,
        rationale=rationale,
        remedy=rule.remedy,
        reference=rule.reference,
        controls=rule.controls,
    )


def _unknown(rule_id: str, finding: Finding | None) -> RuleRow:
    title, severity = (finding.title, finding.severity) if finding else ("Additional rule of the project", "high")
    return RuleRow(rule_id, title, severity, "own", "", "", finding.remedy if finding else "", "", {})


def _shown(place: str, paths: Mapping[str, str]) -> str:
    stack, _, address = place.partition("/")
    declared = f"{stack}/{address.partition('[')[0]}"
    path = paths.get(declared)
    if path and "[" in address:
        return path + address[address.index("[") :]
    return path or (f"{stack}: {address}" if address else f"{stack} (as a whole)")


def _controls(framework: str, rules: Sequence[RuleRow]) -> list[ControlRow]:
    found: dict[str, list[RuleRow]] = {}
    for rule in rules:
        for control in rule.controls.get(framework, ()):
            found.setdefault(control, []).append(rule)
    return [
        ControlRow(control, name(framework, control), sorted(found[control], key=lambda rule: _in_order(rule.id)))
        for control in sorted(found, key=_in_order)
    ]


def _in_order(text: str) -> list[tuple[int, str]]:
    """AC-2 before AC-16, 2.1.4 before 2.1.10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", text)]
