"""What changed since a base: the findings of two judgements side by side."""

from __future__ import annotations

from dataclasses import dataclass

from lakekit_policies.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """The findings of a verdict against those of its base."""

    new: list[Finding]
    """Not there before, or waived before and no longer."""
    unchanged: list[Finding]
    fixed: list[Finding]
    """There before, waived or not, and gone: repaired, or the resource is."""
    newly_waived: list[Finding]
    """What a waiver covers now and none did before, whether or not it was found before."""
    not_evaluated_now: list[Finding]
    """Findings of the base in stacks that were not judged now: of other environments, or gone."""


def compare(verdict: Verdict, base: Verdict) -> Comparison:
    """What has changed since the base."""
    before = {finding.key: finding for finding in base.findings}
    accepted = {pair.finding.key: pair.finding for pair in base.waived}
    found = {finding.key for finding in verdict.findings}
    waived = {pair.finding.key: pair.finding for pair in verdict.waived}
    told = {*found, *waived, *(finding.key for finding in verdict.acknowledged)}
    gone = [one for key, one in (before | accepted).items() if key not in told]
    seen = {*verdict.stacks, ""}
    return Comparison(
        new=[finding for finding in verdict.findings if finding.key not in before],
        unchanged=[finding for finding in verdict.findings if finding.key in before],
        fixed=[finding for finding in gone if finding.stack in seen],
        newly_waived=[finding for key, finding in waived.items() if key not in accepted],
        not_evaluated_now=[finding for finding in gone if finding.stack not in seen and finding.key in before],
    )
