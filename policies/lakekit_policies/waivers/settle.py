"""Findings meet waivers: what is covered stays in the report, and a waiver that does not count fails."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from lakekit_policies.acknowledgements import ACKNOWLEDGEABLE
from lakekit_policies.verdict import Finding, LedgerProblem, Verdict, Waived
from lakekit_policies.waivers import globs
from lakekit_policies.waivers.entry import Entry

LONGEST_DAYS: Final = 180
LONGEST_DAYS_CRITICAL: Final = 30


@dataclass(frozen=True, slots=True)
class Known:
    """What one has to know of the rules to judge waivers."""

    severities: Mapping[str, str]
    """Every rule id with its severity."""
    at_synth: Collection[str]
    """Ids of the rules that judge synthesized stacks."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What has been judged."""

    environments: Mapping[str, str]
    """Environment of each stack."""
    whole: bool
    """Whether every stack of these environments was there, so that a waiver without a finding is unused."""


def settle(judged: Verdict, entries: Sequence[Entry], known: Known, scope: Scope, today: date) -> Verdict:
    """The verdict with waived findings set apart and the problems of the ledger told.

    A waiver that has a problem waives nothing. What says something wrong whatever is judged (an unknown policy, a
    pattern too broad, an end too far off) is told always; an expired or unused one only where its environment is
    judged, so that nobody's deploy to dev waits for prod's ledger.
    """
    if not entries:
        return judged
    problems: dict[int, LedgerProblem] = {}
    counting: dict[int, Entry] = {}
    for number, entry in enumerate(entries):
        here = entry.environment in scope.environments.values()
        if problem := _problem(entry, known, today, here=here):
            problems[number] = problem
        elif here:
            counting[number] = entry
    used: set[int] = set()

    def covering(finding: Finding) -> Entry | None:
        found = [
            number
            for number, entry in counting.items()
            if entry.environment == scope.environments.get(finding.stack, "") and entry.covers(finding)
        ]
        used.update(found)
        return counting[found[0]] if found else None

    pairs = [(finding, covering(finding)) for finding in judged.findings]
    for warning in judged.warnings:
        covering(warning)  # it may turn into a finding in the plan: the waiver is not unused
    for number, entry in counting.items():
        if number not in used and _must_be_used(entry, judged.stage, known, scope):
            problems[number] = _unused(entry)
    return replace(
        judged,
        findings=[finding for finding, entry in pairs if entry is None],
        waived=[Waived(finding, entry.shown()) for finding, entry in pairs if entry],
        ledger_problems=[problems[number] for number in sorted(problems)],
        notes=[*judged.notes, *_plan_notes(judged.stage, counting, used, known)],
    )


def _problem(entry: Entry, known: Known, today: date, *, here: bool) -> LedgerProblem | None:
    def problem(kind: str, message: str, fix: str) -> LedgerProblem:
        return LedgerProblem(kind, entry.source, message, fix)

    if globs.wild(entry.policy):
        return problem("too_broad", f"policy {entry.policy!r} has a wildcard", "write one waiver for each policy")
    severity = known.severities.get(entry.policy)
    if severity is None:
        near = difflib.get_close_matches(entry.policy, known.severities, 1, 0.5)
        fix = f"did you mean {near[0]}?" if near else "`lakekit policies list` shows them all"
        return problem("unknown_policy", f"there is no policy {entry.policy!r}", fix)
    if broad := _too_broad(entry, severity):
        fix = "acknowledge that plan by its digest" if _is_about_a_plan(entry) else "name the construct it is about"
        return problem("too_broad", f"{entry.policy} at {entry.target!r}: {broad}", fix)
    longest = LONGEST_DAYS_CRITICAL if severity == "critical" else LONGEST_DAYS
    if entry.last_day > today + timedelta(longest):
        return problem(
            "too_long",
            f"{entry.policy} ({severity}) at {entry.target!r} is waived until {entry.expires}: over {longest} days",
            f"no later than {today + timedelta(longest)}; extend it when that day comes, or repair what it is about",
        )
    if here and entry.last_day < today:
        return problem(
            "expired",
            f"{entry.policy} at {entry.target!r} was waived until {entry.expires} ({entry.owner}, {entry.ticket})",
            "repair what it is about, or let the owner extend it with a reason that is still true",
        )
    return None


def _is_about_a_plan(entry: Entry) -> bool:
    return entry.policy.startswith(ACKNOWLEDGEABLE)


def _too_broad(entry: Entry, severity: str) -> str:
    if _is_about_a_plan(entry):
        return "what one plan changes would be let through in every plan until the waiver expires"
    if severity == "critical" and globs.wild(entry.target):
        return "a critical policy is waived at one construct, without wildcards"
    if entry.address:
        return globs.too_broad_address(entry.address)
    return globs.too_broad_path(entry.path, entry.environment)


def _must_be_used(entry: Entry, stage: str, known: Known, scope: Scope) -> bool:
    """Whether a finding would have to be there: all of the environment was judged, by that very policy."""
    if stage != "synth" or entry.policy not in known.at_synth:
        return False
    if scope.whole or entry.stack:
        return True
    return bool(entry.path) and any(globs.covers_stack(entry.path, stack) for stack in scope.environments)


def _unused(entry: Entry) -> LedgerProblem:
    return LedgerProblem(
        "unused",
        entry.source,
        f"{entry.policy} finds nothing at {entry.target!r} in {entry.environment or 'this configuration'}",
        "remove the waiver: what it was about is repaired, renamed or gone",
    )


def _plan_notes(stage: str, counting: Mapping[int, Entry], used: set[int], known: Known) -> Iterator[str]:
    """A waiver for what only a plan can show is spent once that plan is applied; it is named, and then expires."""
    if stage != "plan":
        return
    for number, entry in counting.items():
        if number not in used and entry.policy not in known.at_synth:
            yield f"{entry.source}: the waiver of {entry.policy} at {entry.target} matches nothing in this plan"
