"""Apply waivers to findings: waived findings stay in the report, waivers without effect fail."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from lakekit_policies.records.acknowledgements import ACKNOWLEDGEABLE
from lakekit_policies.verdict import Finding, LedgerProblem, Verdict, Waived
from lakekit_policies.waivers import patterns
from lakekit_policies.waivers.entry import Entry

MAX_DAYS: Final = 180
MAX_DAYS_CRITICAL: Final = 30


@dataclass(frozen=True, slots=True)
class RuleCatalog:
    """Severities and stages of the rules, for evaluating waivers."""

    severities: Mapping[str, str]
    """Every rule id with its severity."""
    synth_rules: Collection[str]
    """Ids of the rules that evaluate synthesized stacks."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Scope of an evaluation."""

    environments: Mapping[str, str]
    """Environment of each stack."""
    complete: bool
    """Whether every stack of these environments was evaluated, so that a waiver without a finding is unused."""


def apply_waivers(
    verdict: Verdict, entries: Sequence[Entry], catalog: RuleCatalog, scope: Scope, today: date
) -> Verdict:
    """Separate waived findings, and report problems of the ledger.

    A waiver with a problem has no effect. An unknown policy, a pattern that is too broad and an expiry date that is too
    late are always reported; expired and unused waivers only when their environment is evaluated, so that a problem of
    prod does not block dev.
    """
    if not entries:
        return verdict
    problems: dict[int, LedgerProblem] = {}
    active: dict[int, Entry] = {}
    for number, entry in enumerate(entries):
        here = entry.environment in scope.environments.values()
        if problem := _problem(entry, catalog, today, here=here):
            problems[number] = problem
        elif here:
            active[number] = entry
    used: set[int] = set()

    def covering(finding: Finding) -> Entry | None:
        found = [
            number
            for number, entry in active.items()
            if entry.environment == scope.environments.get(finding.stack, "") and entry.covers(finding)
        ]
        used.update(found)
        return active[found[0]] if found else None

    pairs = [(finding, covering(finding)) for finding in verdict.findings]
    for warning in verdict.warnings:
        covering(warning)  # may become a finding at plan: the waiver is not unused
    for number, entry in active.items():
        if number not in used and _must_be_used(entry, verdict.stage, catalog, scope):
            problems[number] = _unused(entry)
    return replace(
        verdict,
        findings=[finding for finding, entry in pairs if entry is None],
        waived=[Waived(finding, entry.as_waiver()) for finding, entry in pairs if entry],
        ledger_problems=[problems[number] for number in sorted(problems)],
        notes=[*verdict.notes, *_plan_notes(verdict.stage, active, used, catalog)],
    )


def _problem(entry: Entry, catalog: RuleCatalog, today: date, *, here: bool) -> LedgerProblem | None:
    def problem(kind: str, message: str, fix: str) -> LedgerProblem:
        return LedgerProblem(kind, entry.source, message, fix)

    if patterns.has_wildcard(entry.policy):
        return problem("too_broad", f"policy {entry.policy!r} has a wildcard", "write one waiver for each policy")
    severity = catalog.severities.get(entry.policy)
    if severity is None:
        near = difflib.get_close_matches(entry.policy, catalog.severities, 1, 0.5)
        fix = f"did you mean {near[0]}?" if near else "`lakekit policies list` shows them all"
        return problem("unknown_policy", f"there is no policy {entry.policy!r}", fix)
    if broad := _too_broad(entry, severity):
        fix = "acknowledge that plan by its digest" if _is_about_a_plan(entry) else "name one construct"
        return problem("too_broad", f"{entry.policy} at {entry.target!r}: {broad}", fix)
    max_days = MAX_DAYS_CRITICAL if severity == "critical" else MAX_DAYS
    if entry.last_day > today + timedelta(max_days):
        return problem(
            "too_long",
            f"{entry.policy} ({severity}) at {entry.target!r} is waived until {entry.expires}: over {max_days} days",
            f"no later than {today + timedelta(max_days)}; extend it then, or fix the finding",
        )
    if here and entry.last_day < today:
        return problem(
            "expired",
            f"{entry.policy} at {entry.target!r} was waived until {entry.expires} ({entry.owner}, {entry.ticket})",
            "fix the finding, or have the owner extend it with a current reason",
        )
    return None


def _is_about_a_plan(entry: Entry) -> bool:
    return entry.policy.startswith(ACKNOWLEDGEABLE)


def _too_broad(entry: Entry, severity: str) -> str:
    if _is_about_a_plan(entry):
        return "changes of one plan would be accepted in every plan until the waiver expires"
    if severity == "critical" and patterns.has_wildcard(entry.target):
        return "a critical policy is waived at one construct, without wildcards"
    if entry.address:
        return patterns.too_broad_address(entry.address)
    return patterns.too_broad_path(entry.path, entry.environment)


def _must_be_used(entry: Entry, stage: str, catalog: RuleCatalog, scope: Scope) -> bool:
    """Whether a finding is expected: the whole environment was evaluated by that policy."""
    if stage != "synth" or entry.policy not in catalog.synth_rules:
        return False
    if scope.complete or entry.stack:
        return True
    return bool(entry.path) and any(patterns.covers_stack(entry.path, stack) for stack in scope.environments)


def _unused(entry: Entry) -> LedgerProblem:
    return LedgerProblem(
        "unused",
        entry.source,
        f"{entry.policy} finds nothing at {entry.target!r} in {entry.environment or 'this configuration'}",
        "remove the waiver: the resource is fixed, renamed or removed",
    )


def _plan_notes(stage: str, active: Mapping[int, Entry], used: set[int], catalog: RuleCatalog) -> Iterator[str]:
    """A waiver for a finding at plan is used up once the plan is applied; it is listed until it expires."""
    if stage != "plan":
        return
    for number, entry in active.items():
        if number not in used and entry.policy not in catalog.synth_rules:
            yield f"{entry.source}: the waiver of {entry.policy} at {entry.target} matches nothing in this plan"
