"""The report on the terminal: what is refused, where, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from lakekit_policies.errors import GateError
from lakekit_policies.verdict import Finding, Verdict

_STYLES: Final = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
_INDENT: Final = (0, 0, 0, 2)
_DEEP: Final = (0, 0, 0, 4)


def render(verdict: Verdict, console: Console) -> None:
    """Print a verdict: findings by construct path, worst first within each, then one line that sums it up.

    Colours follow the console (``NO_COLOR``, no TTY); every severity is also a word.
    """
    for place, findings in groupby(verdict.findings, key=_place):
        console.print(Text(place, style="bold"))
        for finding in findings:
            console.print(Padding(_finding(finding), _INDENT))
        console.print()
    for note in verdict.notes:
        console.print(Text(f"Note: {note}", style="dim"))
    console.print(_summary(verdict))


def render_error(error: GateError, console: Console) -> None:
    """Print why there is no verdict."""
    console.print(Text.assemble(("Could not judge", "bold red"), f" ({error.code}): {error.message}"))
    console.print("Nothing may be deployed on this.")


def _place(finding: Finding) -> str:
    return finding.path or finding.address or finding.stack or "the configuration"


def _finding(finding: Finding) -> RenderableType:
    head = Text.assemble(
        (finding.severity.upper(), _STYLES[finding.severity]),
        " ",
        (finding.rule_id, "bold"),
        f"  {finding.title}",
    )
    return Group(head, Padding(Group(*_details(finding)), _DEEP))


def _details(finding: Finding) -> Iterator[RenderableType]:
    if finding.path and finding.address:
        yield Text(finding.address, style="dim")
    if finding.reason != finding.title:
        yield Text(f"Why: {finding.reason}")
    if finding.remedy:
        yield Text(f"Fix: {finding.remedy}", style="green")
    if finding.reference:
        yield Text(f"See: {finding.reference}", style="dim")


def _summary(verdict: Verdict) -> Text:
    stacks = f"{len(verdict.stacks)} stack{'s' if len(verdict.stacks) != 1 else ''}, " if verdict.stacks else ""
    looked = (
        f"{verdict.rules_run} rules, {stacks}{verdict.resources} resources, {verdict.seconds:.2f} s ({verdict.stage})"
    )
    if verdict.clean:
        return Text.assemble(("CLEAN", "bold green"), f"  {looked}")
    counts = ", ".join(f"{count} {severity}" for severity, count in verdict.by_severity().items())
    total = len(verdict.findings)
    noun = "finding" if total == 1 else "findings"
    return Text.assemble(("REFUSED", "bold red"), f"  {total} {noun} ({counts})  {looked}")
