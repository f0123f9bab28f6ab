"""`lakekit policies`: what the gate enforces, and why."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import click

from lakekit_cli.console import console, note, progress, say, show, table
from lakekit_policies.controls import FRAMEWORKS, PACKS

if TYPE_CHECKING:
    from lakekit_policies.rule import DocumentRule, Rule


@dataclass(frozen=True)
class Entry:
    """A rule, for people."""

    id: str
    severity: str
    stages: str
    title: str
    resources: str = ""
    rationale: str = ""
    remedy: str = ""
    reference: str = ""
    pack: str = "baseline"
    controls: Mapping[str, Sequence[str]] = field(default_factory=dict)


@click.group()
def policies() -> None:
    """List and explain the rules of the gate."""


@policies.command("list")
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.option("--pack", type=click.Choice(list(PACKS)), help="Only the rules of one pack.")
def list_rules(form: str, pack: str | None) -> None:
    """List every rule: ours, and those of checkov that the gate runs."""
    entries = {entry.id: entry for entry in _entries().values() if pack in (None, entry.pack)}
    if form == "json":
        say(json.dumps([asdict(entry) for entry in entries.values()], indent=2))
        return
    made = table("rule", "pack", "severity", "at", "what it demands")
    for entry in entries.values():
        made.add_row(entry.id, entry.pack, entry.severity, entry.stages, entry.title)
    show(made)
    note(f"{len(entries)} rules; `lakekit policies explain ID` says more")


@policies.command()
@click.argument("rule_id", metavar="ID")
def explain(rule_id: str) -> None:
    """Explain one rule: what it demands, why, how to satisfy it, where it comes from."""
    entries = _entries()
    entry = entries.get(rule_id.upper())
    if entry is None:
        near = difflib.get_close_matches(rule_id.upper(), entries, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "`lakekit policies list` shows them all"
        raise click.UsageError(f"there is no rule {rule_id!r}; {hint}")
    printed = console()
    printed.print(f"[bold]{entry.id}[/bold]  {entry.title}", markup=True)
    for label, text in (
        ("pack", entry.pack),
        ("severity", entry.severity),
        ("judged at", entry.stages),
        ("resources", entry.resources),
        ("why", entry.rationale),
        ("fix", entry.remedy),
        ("reference", entry.reference),
        ("controls", "; ".join(f"{FRAMEWORKS[name]}: {', '.join(ids)}" for name, ids in entry.controls.items())),
    ):
        if text:
            printed.print(f"  {label + ':':<11} {text}", markup=False)


def _entries() -> dict[str, Entry]:
    with progress("rules"):
        from lakekit_policies import pack

        loaded = pack.load()
    rules: list[Rule | DocumentRule] = [*loaded.rules, *loaded.stack_rules, *loaded.plan_rules]
    ours = [
        Entry(
            rule.id,
            str(getattr(rule.severity, "value", rule.severity)),
            " and ".join(rule.stages),
            rule.title,
            ", ".join(getattr(rule, "resources", ())),
            rule.rationale,
            rule.remedy,
            rule.reference,
            rule.pack,
            rule.controls,
        )
        for rule in rules
    ]
    theirs = [
        Entry(
            rule_id,
            rule.severity,
            "synth and plan",
            rule.title,
            "checkov",
            "",
            rule.remedy,
            rule.reference,
            rule.pack,
            rule.controls,
        )
        for rule_id, rule in loaded.checkov.items()
    ]
    return {entry.id: entry for entry in (*ours, *theirs)}
