"""`lakekit doctor`: check the prerequisites on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from lakekit_cli.commands import options
from lakekit_cli.doctor.checks import MISSING, OK, all_checks
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_table, progress

_MARK = {OK: "[green]ok[/green]", MISSING: "[red]missing[/red]", "warning": "[yellow]warning[/yellow]"}


@click.command()
@options.output_format
def doctor(form: str) -> int:
    """Check the prerequisites on this machine and show fixes.

    Exit code 1 if a required prerequisite is missing.
    """
    with progress("checking this machine"):
        checks = list(all_checks())
    if form == "json":
        echo(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        listing = make_table("check", "", "found")
        for check in checks:
            listing.add_row(check.name, _MARK[check.state], f"{check.detail}")
        print_table(listing)
        for check in checks:
            if check.fix:
                echo_stderr(f"{check.name}: {check.fix}")
    return int(ExitCode.FAILED if any(check.state == MISSING for check in checks) else ExitCode.OK)
