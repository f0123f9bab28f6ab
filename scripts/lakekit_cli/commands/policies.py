"""`lakekit policies`: list and explain the rules of the gate, and write evidence."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.evidence import evidence
from lakekit_cli.output.console import (
    NARROW_COLUMNS,
    console,
    echo_stderr,
    make_table,
    print_document,
    print_json,
    print_table,
)
from lakekit_policies.shared.counted import counted


@dataclass(frozen=True)
class Entry:
    """Rule metadata for terminal and JSON output."""

    id: str
    severity: str
    pack: str
    stages: list[str]
    title: str
    engine: str
    """``lakekit`` or ``checkov``: the engine that runs the rule."""
    file: str
    """Path of the rule below its package's root; empty for a rule of checkov."""
    resources: list[str]
    rationale: str
    remedy: str
    reference: str
    controls: dict[str, list[str]]


@click.group()
def policies() -> None:
    """List and explain the rules of the gate, and write evidence for auditors."""


policies.add_command(evidence)


@policies.command("list", short_help="List all rules.")
@click.option("--pack", "pack_name", metavar="PACK", help="List only the rules of one pack.")
@click.option(
    "--severity", type=click.Choice(["critical", "high", "medium", "low"]), help="List only rules of one severity."
)
@options.output_format
def list_rules(pack_name: str | None, severity: str | None, form: str) -> None:
    """List all rules of Lakekit and checkov that the gate runs."""
    entries = [entry for entry in _entries().values() if severity in (None, entry.severity)]
    if pack_name is not None:
        packs = _packs()
        if pack_name not in packs:
            near = difflib.get_close_matches(pack_name, packs, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known packs: {', '.join(packs)}"
            raise click.UsageError(f"unknown pack {pack_name!r}; {hint}")
        entries = [entry for entry in entries if entry.pack == pack_name]
    if form == "json":
        print_json([asdict(entry) for entry in entries])
        return
    listing = make_table("rule", "severity", "pack", "stage", "title")
    for entry in sorted(entries, key=lambda entry: list(_packs()).index(entry.pack)):
        listing.add_row(entry.id, entry.severity, entry.pack, " + ".join(entry.stages), entry.title)
    print_table(listing)
    per_pack = ", ".join(f"{number} {name}" for name, number in Counter(entry.pack for entry in entries).items())
    echo_stderr(f"{counted(len(entries), 'rule')} ({per_pack or 'none'}); details: lakekit policies explain ID")


def _complete_rule(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    del context, parameter
    return [name for name in _entries() if name.startswith(incomplete.upper())]


@policies.command(short_help="Explain a rule.")
@click.argument("rule_id", metavar="ID", shell_complete=_complete_rule)
@options.output_format
def explain(rule_id: str, form: str) -> None:
    """Explain a rule: requirement, rationale, fix, reference and controls."""
    entries = _entries()
    entry = entries.get(rule_id.upper())
    if entry is None:
        near = difflib.get_close_matches(rule_id.upper(), entries, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else "`lakekit policies list` shows all rules"
        raise click.UsageError(f"unknown rule {rule_id!r}; {hint}")
    if form == "json":
        print_json(asdict(entry))
        return
    from rich.table import Table
    from rich.text import Text

    printed = console()
    if printed.width < NARROW_COLUMNS:
        for label, text in (("rule", entry.id), ("title", entry.title), *_details(entry)):
            if text:
                printed.print(Text(f"{label}: {text}"), soft_wrap=True)
        return
    printed.print(Text.assemble((entry.id, "bold"), f"  {entry.title}"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold", max_width=100)
    for label, text in _details(entry):
        if text:
            grid.add_row(f"  {label}", Text(text))
    printed.print(grid)


@policies.command("waivers-schema", short_help="Print the JSON Schema of policies/waivers.yaml.")
def waivers_schema() -> None:
    """Print the JSON Schema of policies/waivers.yaml, for completion and validation in editors."""
    from lakekit_policies.waivers import ledger

    print_document(ledger.schema().rstrip())


def _details(entry: Entry) -> Iterator[tuple[str, str]]:
    from lakekit_policies.controls import FRAMEWORKS

    yield "severity", entry.severity
    yield "pack", f"{entry.pack}: {_packs()[entry.pack]}"
    yield "stages", " and ".join(entry.stages)
    yield "engine", "" if entry.engine == "lakekit" else entry.engine
    yield "file", entry.file
    yield "resources", ", ".join(entry.resources)
    yield "rationale", entry.rationale
    yield "fix", entry.remedy
    yield "reference", entry.reference
    for framework, name in FRAMEWORKS.items():
        yield name, ", ".join(entry.controls.get(framework, ()))


def _packs() -> Mapping[str, str]:
    from lakekit_policies.controls import PACKS

    return PACKS


def _entries() -> dict[str, Entry]:
    from lakekit_policies.curated import CURATED
    from lakekit_policies.pack.rule_sources import rule_sources

    sources = sorted(rule_sources().values(), key=lambda rule: _number(rule.id))
    found = [_entry(rule.id, rule, rule.stages, "lakekit", rule.rationale) for rule in sources]
    both = ("synth", "plan")
    found += [_entry(rule_id, rule, both, "checkov", "") for rule_id, rule in CURATED.items()]
    return {entry.id: entry for entry in found}


def _number(rule_id: str) -> tuple[str, int]:
    prefix, _, number = rule_id.rpartition("_")
    return prefix, int(number)


def _entry(rule_id: str, rule: Any, stages: Sequence[str], engine: str, rationale: str) -> Entry:
    return Entry(
        id=rule_id,
        severity=str(getattr(rule.severity, "value", rule.severity)),
        pack=rule.pack,
        stages=list(stages),
        title=rule.title,
        engine=engine,
        file=rule.file if engine == "lakekit" else "",
        resources=list(getattr(rule, "resources", ())),
        rationale=rationale,
        remedy=rule.remedy,
        reference=rule.reference,
        controls={framework: list(ids) for framework, ids in rule.controls.items()},
    )
