"""Console output: plain lines, tables, and progress."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lakekit_policies.shared.safe_text import clean, clean_lines, json_text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

DEBUG_VARIABLE = "LAKEKIT_DEBUG"
_UNLIMITED = 10_000
NARROW_COLUMNS = 60
"""Below this width, a table that does not fit is printed as one block of lines for each row."""
# Shorter steps need no progress message.
PROGRESS_DELAY_SECONDS = 2.0


def console(*, stderr: bool = False) -> Console:
    """Return a rich console; without colour outside a terminal and with `NO_COLOR`."""
    from lakekit_policies.report.console import open_console

    return open_console(sys.stderr if stderr else sys.stdout)


def is_terminal(*, stderr: bool = False) -> bool:
    """Whether a stream is a terminal that understands escape sequences (`TERM=dumb` does not)."""
    stream = sys.stderr if stderr else sys.stdout
    return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")


def echo(text: str = "") -> None:
    """Print lines to standard output; unsafe characters of names and values are escaped."""
    print_document(clean_lines(text))


def echo_stderr(text: str) -> None:
    """Print lines to standard error; unsafe characters of names and values are escaped."""
    print(clean_lines(text), file=sys.stderr, flush=True)  # noqa: T201


def print_document(text: str) -> None:
    """Print a document for other programs unchanged to standard output."""
    print(text, flush=True)  # noqa: T201 - the only place that prints to standard output


def print_json(data: Any) -> None:
    """Print data as JSON to standard output."""
    print_document(json_text(data))


def print_table(table: Table) -> None:
    """Print a table to standard output; on a narrow terminal where it does not fit, as lines `column: value`.

    Cells are broken on terminals only, and with COLUMNS: other programs find each row in one line.
    """
    from rich.measure import Measurement

    printed = console()
    measured = Measurement.get(printed, printed.options.update(max_width=_UNLIMITED), table)
    if not is_terminal() and "COLUMNS" not in os.environ:
        printed.width = measured.maximum
    needed = measured.minimum
    if printed.width >= min(needed, NARROW_COLUMNS):
        printed.print(table)
        return
    headers = [column.header for column in table.columns]
    for row in zip(*(column.cells for column in table.columns), strict=True):
        printed.print()
        for header, cell in zip(headers, row, strict=True):
            printed.print(*((header, cell) if str(header) else (cell,)), sep=": ", soft_wrap=True)


def make_table(*columns: str) -> Table:
    """Return an empty table in the style of all commands; text of a cell is cleaned and never read as markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    class Listing(Table):
        def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
            super().add_row(*(Text(clean(cell)) if isinstance(cell, str) else cell for cell in cells), **options)

    listing = Listing(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        listing.add_column(Text(clean(column)), overflow="fold")
    return listing


@contextmanager
def progress(message: str) -> Iterator[None]:
    """Show progress: a spinner on terminals, elsewhere a line after `PROGRESS_DELAY_SECONDS`."""
    start = time.monotonic()
    if is_terminal(stderr=True):
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
    others = getattr(error, "others", ())
    if others:
        lines.append(f"Other problems ({len(others)}):")
        lines += [f"  {line}" for other in others for line in str(other).splitlines()]
    echo_stderr("\n".join(lines))
