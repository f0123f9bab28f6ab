"""Terminal report: findings with location, reason and fix."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text

from lakekit_policies.errors import GateError
from lakekit_policies.report.unknown_values import grouped
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.safe_text import clean_data, clean_lines
from lakekit_policies.verdict import Coverage, Finding, Verdict

_STYLES: Final = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}


def render(verdict: Verdict, console: Console) -> None:
    """Print a verdict: findings by construct path, worst first within each, then a summary line.

    Colours follow the console (``NO_COLOR``, no TTY); every severity is also printed as text. Lines are broken at the
    console's width, except addresses and links, which stay whole so that they can be copied.
    """
    verdict = clean_data(verdict)
    for place, findings in groupby(grouped(verdict.findings), key=_place):
        _line(console, place, style="bold")
        for finding in findings:
            _finding(console, finding)
        console.print()
    for problem in verdict.ledger_problems:
        _line(console, f"WAIVER {problem.kind.replace('_', ' ')}: {problem.message}", style="bold red", hang=7)
        _line(console, problem.source, style="dim", indent=4)
        _line(console, f"Fix: {problem.fix}", style="green", indent=4, hang=5)
    for waived in verdict.waived:
        waiver = waived.waiver
        what = f"{waived.finding.rule_id} {waived.finding.title}"
        _line(console, f"Waived: {_place(waived.finding)}: {what}", style="cyan", hang=8)
        why = f"{waiver.reason} ({waiver.owner}, {waiver.ticket}, until {waiver.expires}; {waiver.source})"
        _line(console, f"Why: {why}", indent=4, hang=5)
    for finding in verdict.acknowledged:
        what = f"{finding.rule_id} {finding.title}"
        _line(console, f"Acknowledged: {_place(finding)}: {what}", style="cyan", hang=14)
        _line(console, f"Why: {finding.reason}", indent=4, hang=5)
        _line(console, f"By:  {verdict.acknowledged_by}", indent=4, hang=5)
    for warning in grouped(verdict.warnings):
        word = "Advisory" if warning.level == "advisory" else "Warning"
        what = f"{warning.rule_id} {warning.title}"
        _line(console, f"{word}: {_place(warning)}: {what}", style="yellow", hang=len(word) + 2)
        _line(console, f"Why: {warning.reason}", indent=4, hang=5)
    for note in verdict.notes:
        _line(console, f"Note: {note}", style="dim", hang=6)
    if any((verdict.notes, verdict.warnings, verdict.waived, verdict.acknowledged, verdict.ledger_problems)):
        console.print()
    _summary(console, verdict)


def render_error(error: GateError, console: Console) -> None:
    """Print the error of an evaluation without a verdict."""
    _line(console, f"COULD NOT EVALUATE ({error.code})", style="bold red")
    for line in clean_lines(error.message).splitlines():
        _line(console, line, indent=2)
    _line(console, "Do not deploy this configuration.", indent=2)


def _place(finding: Finding) -> str:
    return finding.path or finding.address or finding.stack or "the configuration"


def _finding(console: Console, finding: Finding) -> None:
    head = f"{finding.severity.upper()} {finding.rule_id}  {finding.title}"
    _line(console, head, style=_STYLES[finding.severity], indent=2, hang=2)
    for label, text, style in _details(finding):
        _line(console, f"{label}{text}", style=style, indent=4, hang=len(label))


def _details(finding: Finding) -> Iterator[tuple[str, str, str]]:
    if finding.path and finding.address:
        yield "", finding.address, "dim"
    if finding.reason != finding.title:
        yield "Why: ", finding.reason, ""
    if finding.source:
        yield "", f"created at {finding.source}", "dim"
    if finding.remedy:
        yield "Fix: ", finding.remedy, "green"
    if finding.reference:
        yield "See:\N{NO-BREAK SPACE}", finding.reference, "dim"


def _summary(console: Console, verdict: Verdict) -> None:
    stacks = f"{counted(len(verdict.stacks), 'stack')}, " if verdict.stacks else ""
    evaluated = f"{counted(verdict.rules_run, 'rule')} over {stacks}{counted(verdict.resources, 'resource')}"
    warned = f", {counted(len(verdict.warnings), 'warning')}" if verdict.warnings else ""
    waived = f", {len(verdict.waived)} waived" if verdict.waived else ""
    took = f"{evaluated}, {verdict.stage}, {verdict.seconds:.2f} s{warned}{waived}"
    if verdict.coverage != Coverage():
        style = "yellow" if verdict.coverage.unknown else "dim"
        _line(console, f"Coverage: {verdict.coverage.text}", style=style, hang=10)
    if verdict.passed:
        word, style = ("CLEAN", "bold green") if verdict.clean else ("PASSED, NOT EVALUATED IN FULL", "bold yellow")
        _line(console, f"{word}  {took}", style=style, hang=7)
        return
    total = []
    if verdict.findings:
        counts = ", ".join(f"{count} {severity}" for severity, count in verdict.by_severity().items())
        total.append(f"{counted(len(verdict.findings), 'finding')}: {counts}")
    if verdict.ledger_problems:
        total.append(f"{counted(len(verdict.ledger_problems), 'waiver')} without effect")
    _line(console, f"REJECTED  {'; '.join(total)}", style="bold red", hang=9)
    _line(console, took, indent=9)


def _line(console: Console, text: str, *, style: str = "", indent: int = 0, hang: int = 0) -> None:
    wrapped = textwrap.fill(
        text,
        width=max(40, console.width),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )
    console.print(Text(wrapped, style=style), soft_wrap=True)
