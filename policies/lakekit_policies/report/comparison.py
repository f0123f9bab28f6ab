"""Comparison of the findings of two verdicts: branch and base."""

from __future__ import annotations

from dataclasses import dataclass

from lakekit_policies.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Findings of a verdict compared with those of its base."""

    new: list[Finding]
    """Not in the base, or no longer waived."""
    unchanged: list[Finding]
    fixed: list[Finding]
    """In the base, waived or not, and gone: fixed, or the resource was removed."""
    newly_waived: list[Finding]
    """Waived now and not in the base, whether or not it was found there."""
    not_evaluated_now: list[Finding]
    """Findings of the base in stacks that were not evaluated now: of other environments, or removed."""


def compare(verdict: Verdict, base: Verdict) -> Comparison:
    """Compare with the base."""
    before = {finding.key: finding for finding in base.findings}
    accepted = {pair.finding.key: pair.finding for pair in base.waived}
    found = {finding.key for finding in verdict.findings}
    waived = {pair.finding.key: pair.finding for pair in verdict.waived}
    reported = {*found, *waived, *(finding.key for finding in verdict.acknowledged)}
    gone = [one for key, one in (before | accepted).items() if key not in reported]
    seen = {*verdict.stacks, ""}
    return Comparison(
        new=[finding for finding in verdict.findings if finding.key not in before],
        unchanged=[finding for finding in verdict.findings if finding.key in before],
        fixed=[finding for finding in gone if finding.stack in seen],
        newly_waived=[finding for key, finding in waived.items() if key not in accepted],
        not_evaluated_now=[finding for finding in gone if finding.stack not in seen and finding.key in before],
    )
