"""Options shared by several commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

verbose: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "-v", "--verbose", is_flag=True, help="Print tools, environment variables and commands."
)
auto_approve: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--auto-approve", is_flag=True, help="Skip the confirmation prompt; the gate still runs."
)
stacks: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--stack",
    "stacks",
    multiple=True,
    metavar="NAME",
    help="Only this stack or pattern, such as `storage` or `'sales-*'`. Repeatable. Default: all stacks.",
)
output_format: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    show_default=True,
    help="Output format.",
)
PASS_THROUGH = {"ignore_unknown_options": False, "allow_interspersed_args": True}


def require_interactive(auto: bool, command: str) -> None:
    """Require a terminal for the confirmation prompt, unless `--auto-approve` is given.

    Raises:
        click.UsageError: Neither is present.
    """
    if not auto and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(f"{command} asks for confirmation and needs a terminal: pass --auto-approve")
