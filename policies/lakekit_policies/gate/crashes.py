"""Findings of rules that could not evaluate a resource."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lakekit_policies.terraform.declarations import Declaration
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlannedResource
from lakekit_policies.verdict import SEVERITIES, Finding
from lakekit_policies.wildcards import effort

_MALFORMED_POLICY: Final = "LK_IAM_31"
"""The rule that reports policy documents which no rule can read."""


def address_of(error: BaseException) -> str:
    """Address of the resource that a rule was evaluating when it failed; empty if it was evaluating none.

    Rules over a document evaluate one change, resource or declaration after the other.
    """
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for frame in reversed(frames):
        for value in frame.f_locals.values():
            if isinstance(value, Change | PlannedResource | Declaration):
                return value.address
    return ""


def crash_finding(finding: Finding, cause: str) -> Finding:
    """Finding of a rule that could not evaluate a resource: rejected, because the rule would not have passed it.

    Args:
        finding: the finding of the rule, without a reason.
        cause: the error.
    """
    reason = (
        f"{finding.rule_id} could not evaluate {finding.address or 'the configuration'}: {cause:.300}. "
        "A value has a form or size that the rule does not support"
    )
    severity = finding.severity if finding.severity == "critical" else "high"
    remedy = "Correct the value. If it is valid, report the rule, and waive it for this resource meanwhile."
    return replace(finding, reason=reason, severity=severity, remedy=remedy)


def fold_crashes(findings: Iterable[Finding], crashes: Iterable[Finding]) -> list[Finding]:
    """Join the findings with those of rules that could not evaluate a resource.

    Where a policy is reported as malformed, the other rules could not read it either: they become one finding with the
    worst severity.

    Args:
        findings: of rules that evaluated.
        crashes: of rules that could not, as of :func:`crash_finding`.
    """
    crashed: dict[tuple[str, str], list[Finding]] = {}
    exhausted: dict[str, list[Finding]] = {}
    for crash in crashes:
        if effort.EXHAUSTED in crash.reason:
            exhausted.setdefault(crash.stack, []).append(crash)
            continue
        crashed.setdefault((crash.stack, crash.address), []).append(crash)
    joined: list[Finding] = []
    for finding in findings:
        at = (finding.stack, finding.address)
        if finding.rule_id == _MALFORMED_POLICY and finding.address and at in crashed:
            joined.append(_with(finding, crashed.pop(at)))
        else:
            joined.append(finding)
    joined += (_not_evaluated(found) for found in exhausted.values())
    return [*joined, *(crash for left in crashed.values() for crash in left)]


def _not_evaluated(crashes: list[Finding]) -> Finding:
    """One finding for all that is not evaluated, because the evaluation has taken too many steps."""
    worst = min(crashes, key=lambda one: SEVERITIES.index(one.severity))
    resources = sorted({one.address for one in crashes} - {""})
    rules = ", ".join(sorted({one.rule_id for one in crashes}))
    shown = ", ".join(resources[:5]) + (f" and {len(resources) - 5} more" if len(resources) > 5 else "")
    reason = f"{effort.EXHAUSTED}. Not evaluated by {rules}: {shown or 'the configuration'}"
    return replace(
        worst, address="", path="", reason=reason, remedy="Evaluate parts of the configuration on their own."
    )


def _with(finding: Finding, crashes: list[Finding]) -> Finding:
    rules = ", ".join(sorted({one.rule_id for one in crashes}))
    severity = min((one.severity for one in (finding, *crashes)), key=SEVERITIES.index)
    return replace(finding, severity=severity, reason=f"{finding.reason}; therefore not evaluated by {rules}")
