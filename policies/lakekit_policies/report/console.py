"""Console for reports: colours on terminals only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console

PIPE_WIDTH = 160
"""Columns where there is no terminal: tables in a pipe must not be cut at 80."""


def is_terminal(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream is a terminal that understands escape sequences.

    `FORCE_COLOR` does not count: rich reads its value `0`, which turns colour off in Node.js, as on.
    """
    return stream.isatty() and environ.get("TERM", "") not in ("", "dumb", "unknown")


def open_console(stream: TextIO, *, color: bool = True) -> Console:
    """Return a console that writes escape sequences to terminals only, and without colour if `NO_COLOR` is set.

    Args:
        stream: Where to print.
        color: Whether to use colours on a terminal.
    """
    terminal = is_terminal(stream)
    # Without a colour system neither bold nor dim is printed, which are escape sequences too.
    plain = not (terminal and color) or bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream,
        highlight=False,
        width=None if stream.isatty() or os.environ.get("COLUMNS") else PIPE_WIDTH,
        force_terminal=terminal,
        color_system=None if plain else "auto",
    )
