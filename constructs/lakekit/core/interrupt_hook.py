"""Interrupts of an app that `lakekit` runs: one line instead of the traceback of whatever was being imported."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Final

VARIABLE: Final = "LAKEKIT_STATES_INTERRUPTS"
"""Set by `lakekit`, which says itself what an interrupt has left undone."""


def hide_interrupts() -> None:
    """Print no traceback for Ctrl-C if `lakekit` runs this program; `LAKEKIT_DEBUG=1` keeps it."""
    if os.environ.get(VARIABLE) and not os.environ.get("LAKEKIT_DEBUG"):
        sys.excepthook = _print_unless_interrupted


def _print_unless_interrupted(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
