"""What changed since a base: the findings of two judgements side by side."""

from __future__ import annotations

from dataclasses import dataclass

from lakekit_policies.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Changes:
    """The findings of a verdict against those of its base."""

    new: list[Finding]
    """Not there before, or waived before and no longer."""
    still: list[Finding]
    fixed: list[Finding]
    """There before and gone: repaired, or the resource is."""
    newly_waived: list[Finding]
    """Findings of the base that a waiver covers now."""


def compare(verdict: Verdict, base: Verdict) -> Changes:
    """What has changed since the base."""
    before = {finding.key: finding for finding in base.findings}
    now = {finding.key for finding in verdict.findings}
    waived = {pair.finding.key for pair in verdict.waived}
    return Changes(
        new=[finding for finding in verdict.findings if finding.key not in before],
        still=[finding for finding in verdict.findings if finding.key in before],
        fixed=[finding for key, finding in before.items() if key not in now and key not in waived],
        newly_waived=[finding for key, finding in before.items() if key in waived],
    )
