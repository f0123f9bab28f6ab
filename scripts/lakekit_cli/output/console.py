"""What the commands say to people: plain lines, a spinner on terminals, seconds for what took a while."""

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
# Below this nobody wonders whether anything happens.
PROGRESS_DELAY_SECONDS = 2.0


def console(*, stderr: bool = False) -> Console:
    """A rich console: no colour and no wrapping where nobody watches, NO_COLOR honoured."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # In a pipe a table must not be cut at 80 columns.
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 160
    return Console(stderr=stderr, highlight=False, soft_wrap=False, width=width)


def echo(text: str = "") -> None:
    """A line of output, as it is."""
    print(text, flush=True)  # noqa: T201 - this is where the command prints


def echo_stderr(text: str) -> None:
    """A line about what the command does, on standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


def print_table(table: Table) -> None:
    """Print a table."""
    console().print(table)


def make_table(*columns: str) -> Table:
    """A table in the manner of all of ours."""
    from rich import box
    from rich.table import Table

    listing = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        listing.add_column(column, overflow="fold")
    return listing


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show that something is going on: a spinner on terminals; elsewhere a line, once it takes long."""
    start = time.monotonic()
    if sys.stderr.isatty():
        with console(stderr=True).status(f"{what} …"):
            yield
    else:
        timer = threading.Timer(PROGRESS_DELAY_SECONDS, echo_stderr, [f"{what} …"])
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
    seconds = time.monotonic() - start
    if seconds > PROGRESS_DELAY_SECONDS:
        echo_stderr(f"{what}: {seconds:.1f} s")


def print_error(error: BaseException) -> None:
    """Print an error as one plain block."""
    where, problem, fix = (getattr(error, name, None) for name in ("where", "problem", "fix"))
    lines = [f"Error: {problem or error}"]
    if where:
        lines.append(f"Where: {where}")
    if fix:
        lines.append(f"Fix:   {fix}")
    echo_stderr("\n".join(lines))
