"""Findings of rules that could not evaluate a resource."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lakekit_policies.verdict import SEVERITIES, Finding

_COULD_NOT: Final = "could not evaluate"
_MALFORMED_POLICY: Final = "LK_IAM_31"
"""The rule that reports policy documents which no rule can read."""


def crash_finding(finding: Finding, cause: str) -> Finding:
    """Finding of a rule that could not evaluate a resource: rejected, because the rule would not have passed it.

    Args:
        finding: the finding of the rule, without a reason.
        cause: the error.
    """
    reason = (
        f"{finding.rule_id} {_COULD_NOT} {finding.address or 'the configuration'}: {cause:.300}. "
        "A value has a form that the rule does not support"
    )
    severity = finding.severity if finding.severity == "critical" else "high"
    remedy = "Correct the value. If it is valid, report the rule, and waive it for this resource meanwhile."
    return replace(finding, reason=reason, severity=severity, remedy=remedy)


def fold_crashes(findings: Iterable[Finding]) -> list[Finding]:
    """Replace the findings of rules that could not evaluate a malformed policy by one, with the worst severity."""
    found = list(findings)
    crashes: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        if finding.reason.startswith(f"{finding.rule_id} {_COULD_NOT} "):
            crashes.setdefault((finding.stack, finding.address), []).append(finding)
    malformed: set[tuple[str, str]] = set()
    folded: list[Finding] = []
    for finding in found:
        at = (finding.stack, finding.address)
        if finding.rule_id == _MALFORMED_POLICY and finding.address and at in crashes and at not in malformed:
            malformed.add(at)
            folded.append(_with(finding, crashes[at]))
        else:
            folded.append(finding)
    dropped = {id(one) for at in malformed for one in crashes[at]}
    return [finding for finding in folded if id(finding) not in dropped]


def _with(finding: Finding, crashes: list[Finding]) -> Finding:
    rules = ", ".join(sorted({one.rule_id for one in crashes}))
    severity = min((one.severity for one in (finding, *crashes)), key=SEVERITIES.index)
    return replace(finding, severity=severity, reason=f"{finding.reason}; therefore not evaluated by {rules}")
