"""Options that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

verbose: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "-v", "--verbose", is_flag=True, help="Print the tools, the variables and the exact commands."
)
auto_approve: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--auto-approve", is_flag=True, help="Ask nothing. The gate judges all the same."
)
stacks: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--stack",
    "stacks",
    multiple=True,
    metavar="NAME",
    help="Only this stack, such as `storage` or `'sales-*'`; may be given several times. All stacks by default.",
)
PASS_THROUGH = {"ignore_unknown_options": False, "allow_interspersed_args": True}


def require_interactive(auto: bool, what: str) -> None:
    """Refuse to start what would stop at a question nobody can answer.

    Raises:
        click.UsageError: there is no terminal and `--auto-approve` was not given.
    """
    if not auto and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(f"{what} asks for approval, and there is no terminal to ask at: pass --auto-approve")
