"""Console output: plain lines, tables, and progress."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

DEBUG_VARIABLE = "LAKEKIT_DEBUG"
# Shorter steps need no progress message.
PROGRESS_DELAY_SECONDS = 2.0


def console(*, stderr: bool = False) -> Console:
    """Return a rich console without colour and wrapping outside a terminal; honours NO_COLOR."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # Tables in a pipe must not be cut at 80 columns.
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 160
    return Console(stderr=stderr, highlight=False, soft_wrap=False, width=width)


def echo(text: str = "") -> None:
    """Print a line to standard output."""
    print(text, flush=True)  # noqa: T201 - the only place that prints to standard output


def echo_stderr(text: str) -> None:
    """Print a line to standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def print_table(table: Table) -> None:
    """Print a table to standard output."""
    console().print(table)


def make_table(*columns: str) -> Table:
    """Return an empty table in the style of all commands."""
    from rich import box
    from rich.table import Table

    listing = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        listing.add_column(column, overflow="fold")
    return listing


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show progress: a spinner on terminals, elsewhere a line after `PROGRESS_DELAY_SECONDS`."""
    start = time.monotonic()
    if sys.stderr.isatty():
        with console(stderr=True).status(f"{message} …"):
            yield
    else:
        timer = threading.Timer(PROGRESS_DELAY_SECONDS, echo_stderr, [f"{message} …"])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
    seconds = time.monotonic() - start
    if seconds > PROGRESS_DELAY_SECONDS:
        echo_stderr(f"{message}: {seconds:.1f} s")


def print_error(error: BaseException) -> None:
    """Print an error as one block: problem, where, fix."""
    where, problem, fix = (getattr(error, name, None) for name in ("where", "problem", "fix"))
    lines = [f"Error: {problem or error}"]
    if where:
        lines.append(f"Where: {where}")
    if fix:
        lines.append(f"Fix:   {fix}")
    echo_stderr("\n".join(lines))
