"""`lakekit doctor`: check the prerequisites on this machine."""

from __future__ import annotations

from dataclasses import asdict

import click

from lakekit_cli.commands import options
from lakekit_cli.doctor.checks import MISSING, OK, all_checks
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr, make_table, print_json, print_table, progress

_STYLES = {OK: "green", MISSING: "red", "warning": "yellow"}


@click.command()
@options.output_format
def doctor(form: str) -> int:
    """Check the prerequisites on this machine and show fixes.

    Exit code 4 if a required prerequisite is missing.
    """
    with progress("checking this machine"):
        checks = list(all_checks())
    if form == "json":
        print_json([asdict(check) for check in checks])
    else:
        from rich.text import Text

        listing = make_table("check", "", "found")
        for check in checks:
            listing.add_row(check.name, Text(check.state, style=_STYLES[check.state]), check.detail)
        print_table(listing)
        for check in checks:
            if check.fix:
                echo_stderr(f"{check.name}: {check.fix}")
    return int(ExitCode.SETUP if any(check.state == MISSING for check in checks) else ExitCode.OK)
