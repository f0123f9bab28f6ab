"""Combine several verdicts: synthesized stacks and their plans, for one report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from lakekit_policies.verdict import Coverage, Finding, Verdict, in_report_order

_T = TypeVar("_T")


def combine(verdicts: Sequence[Verdict]) -> Verdict:
    """Merge verdicts; a finding of two stages is listed once.

    Raises:
        ValueError: there is nothing to combine.
    """
    if not verdicts:
        raise ValueError("no verdicts to combine")
    if len(verdicts) == 1:
        return verdicts[0]
    plans = [one for one in verdicts if one.plan_sha256]
    evaluated: dict[str, list[str]] = {}
    for one in verdicts:
        for rule, places in one.evaluated.items():
            evaluated[rule] = list(dict.fromkeys([*evaluated.get(rule, []), *places]))
    findings = _unique_findings(finding for one in verdicts for finding in one.findings)
    rejected = {finding.key for finding in findings}
    waived = {pair.finding.key: pair for one in verdicts for pair in one.waived}
    return Verdict(
        stage=" and ".join(dict.fromkeys(one.stage for one in verdicts)),
        findings=in_report_order(findings),
        rules_run=max(one.rules_run for one in verdicts),
        resources=sum(one.resources for one in verdicts if one.stage == verdicts[0].stage),
        fail_on=", ".join(dict.fromkeys(one.fail_on for one in verdicts if one.fail_on)),
        coverage=sum((one.coverage for one in verdicts if one.stage == verdicts[0].stage), Coverage()),
        stacks=list(dict.fromkeys(stack for one in verdicts for stack in one.stacks)),
        seconds=round(sum(one.seconds for one in verdicts), 4),
        notes=_unique([*(note for one in verdicts for note in one.notes), *(_hash(plan) for plan in plans)]),
        plan_sha256=plans[0].plan_sha256 if len(plans) == 1 else "",
        warnings=in_report_order(
            _unique_findings(warning for one in verdicts for warning in one.warnings if warning.key not in rejected)
        ),
        waived=[pair for key, pair in waived.items() if key not in rejected],
        ledger_problems=_unique([problem for one in verdicts for problem in one.ledger_problems]),
        evaluated=evaluated,
        acknowledged=in_report_order(
            _unique_findings(one for v in verdicts for one in v.acknowledged if one.key not in rejected)
        ),
        acknowledged_by="; ".join(dict.fromkeys(one.acknowledged_by for one in verdicts if one.acknowledged_by)),
        acknowledged_at=max(one.acknowledged_at for one in verdicts),
    )


def _hash(plan: Verdict) -> str:
    return f"plan of {', '.join(plan.stacks) or 'a foreign configuration'}: sha256 {plan.plan_sha256}"


def _unique_findings(findings: Iterable[Finding]) -> list[Finding]:
    found: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        found.setdefault(finding.key, finding)
    return list(found.values())


def _unique(items: list[_T]) -> list[_T]:
    return list(dict.fromkeys(items))
