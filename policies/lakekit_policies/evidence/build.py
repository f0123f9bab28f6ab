"""Turn verdicts into rows: controls, their rules, the resources these looked at, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_policies.controls import FRAMEWORKS
from lakekit_policies.evidence.control_names import name
from lakekit_policies.pack.load import Pack
from lakekit_policies.records.plan_records import PlanRecord
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
    """Source and version: what is required, and what is locked where Terraform has been initialized."""


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """One plan that was judged."""

    stack: str
    file: str
    sha256: str
    terraform: str
    created_at: str
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EvidenceInputs:
    """What stands on the cover."""

    environment: str
    context: Mapping[str, str]
    """Organization, tier, account, region, as the stacks say."""
    created_at: str
    commit: str
    versions: Mapping[str, str]
    stacks: Sequence[StackSummary]
    plans: Sequence[PlanSummary]
    paths: Mapping[str, str] = field(default_factory=dict)
    """``stack/address`` to construct path."""
    records: Sequence[PlanRecord] = ()
    """Plans that the gate has judged before, newest first."""
    gaps: Sequence[str] = ()
    """What could not be read of them."""


@dataclass(slots=True)
class RuleRow:
    """A rule, and what it has looked at."""

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
    """Outcome to the construct paths with it."""
    planned: bool = True
    """Whether there was a plan, for a rule that judges nothing else."""

    @property
    def status(self) -> str:
        unseen = NEEDS_PLAN if self.stages == "plan" and not self.planned else NO_RESOURCE
        return next((outcome for outcome in _WORST_FIRST if self.places.get(outcome)), unseen)

    @property
    def evaluated(self) -> int:
        return sum(map(len, self.places.values()))


@dataclass(slots=True)
class ControlRow:
    """A control of a framework, and the rules that serve it."""

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
    """All that the page shows."""

    facts: EvidenceInputs
    verdict: Verdict
    rules: list[RuleRow]
    frameworks: list[tuple[str, str, list[ControlRow]]]
    """Key, name and controls of each framework."""
    unmapped: list[RuleRow]
    """Rules that serve no control of these frameworks."""

    @property
    def counts(self) -> dict[str, int]:
        """Controls by outcome, over all frameworks."""
        rows = [row for _, _, controls in self.frameworks for row in controls]
        return {status: sum(row.status == status for row in rows) for status in _WORST_FIRST}

    @property
    def recorded(self) -> list[tuple[PlanRecord, bool]]:
        """Each recorded plan, and whether it was made from the very configuration that this page is about."""
        now = {stack.name: stack.sha256 for stack in self.facts.stacks}
        return [
            (one, bool(one.configuration) and now.get(one.stack) == one.configuration) for one in self.facts.records
        ]

    @property
    def known(self) -> set[str]:
        """Ids of the rules that stand on the page."""
        return {rule.id for rule in self.rules}

    @property
    def unplanned(self) -> list[str]:
        """Stacks of which, as they are now, no recorded plan was applied."""
        done = {one.stack for one, current in self.recorded if current and one.ended == 0}
        return [stack.name for stack in self.facts.stacks if stack.name not in done]


def build(verdict: Verdict, pack: Pack, facts: EvidenceInputs) -> Evidence:
    """The evidence of one environment.

    Args:
        verdict: of its stacks and plans, combined, judged with ``evidence=True``.
        pack: the rules, for their words and controls.
        facts: what was judged, when, and with which versions.
    """
    rules = [*_rows(pack)]
    by_id = {rule.id: rule for rule in rules}
    outcomes = _outcomes(verdict)
    for rule_id in {*verdict.evaluated, *(rule for rule, _ in outcomes)}:
        rule = by_id.get(rule_id)
        if rule is None:
            # A rule of the team's own: what is known of it stands in its findings.
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
    """Rule and place of everything that is not simply passed."""
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
    title, severity = (finding.title, finding.severity) if finding else ("A rule of the team's own", "high")
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
