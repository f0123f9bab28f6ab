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


def complete_environment(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of the environment files of the project that start with `incomplete`."""
    from lakekit_cli.toolchain.project import environment_files

    del context, parameter
    return [name for name in environment_files() if name.startswith(incomplete)]


environment_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument(
    "environment", shell_complete=complete_environment
)
environments_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument(
    "environments", nargs=-1, metavar="[ENVIRONMENT]...", shell_complete=complete_environment
)
PASS_THROUGH = {"ignore_unknown_options": False, "allow_interspersed_args": True}


def require_interactive(auto: bool, command: str) -> None:
    """Require a terminal for the confirmation prompt, unless `--auto-approve` is given.

    Raises:
        click.UsageError: Neither is present.
    """
    if not auto and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(f"{command} asks for confirmation and needs a terminal: pass --auto-approve")
