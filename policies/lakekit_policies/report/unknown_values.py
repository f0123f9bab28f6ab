"""One line per unknown value in a report, instead of one per rule that read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lakekit_policies.verdict import SEVERITIES, Finding

_PREFIX: Final = "not known yet: "


def grouped(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with one for each resource and unknown attribute, with the worst severity and all rules.

    Only for people: waivers, evidence and machine-readable reports need a finding per rule.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        unknown = finding.reason.startswith(_PREFIX)
        key = (finding.stack, finding.address, finding.reason, finding.level) if unknown else (str(number),)
        groups.setdefault(key, []).append(finding)
    return [_one(group) for group in groups.values()]


def _one(group: list[Finding]) -> Finding:
    first = min(group, key=lambda finding: SEVERITIES.index(finding.severity))
    if len(group) == 1:
        return first
    others = [finding.rule_id for finding in group if finding is not first]
    return replace(first, reason=f"{first.reason}; also not evaluated: {', '.join(others)}")
