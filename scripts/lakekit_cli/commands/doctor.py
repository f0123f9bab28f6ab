"""`lakekit doctor`: is this machine ready, and if not, what is to be done."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from lakekit_cli.commands.checks import MISSING, OK, all_checks
from lakekit_cli.console import note, progress, say, show, table
from lakekit_cli.exit_codes import ExitCode

_MARK = {OK: "[green]ok[/green]", MISSING: "[red]missing[/red]", "warning": "[yellow]warning[/yellow]"}


@click.command()
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
def doctor(form: str) -> int:
    """Check this machine: every tool, and the fix for what is missing.

    Exit code 1 if something that is needed is missing.
    """
    with progress("checking this machine"):
        checks = list(all_checks())
    if form == "json":
        say(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        made = table("check", "", "found")
        for check in checks:
            made.add_row(check.name, _MARK[check.state], f"{check.detail}")
        show(made)
        for check in checks:
            if check.fix:
                note(f"{check.name}: {check.fix}")
    return int(ExitCode.FAILED if any(check.state == MISSING for check in checks) else ExitCode.OK)
