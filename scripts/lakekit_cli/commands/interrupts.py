"""Interrupts before Terraform is started."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lakekit_cli.output.console import echo_stderr


@contextmanager
def nothing_applied_if_interrupted() -> Iterator[None]:
    """State after an interrupt of the body that nothing was applied."""
    try:
        yield
    except KeyboardInterrupt:
        echo_stderr("\nNothing was applied: the run was interrupted before Terraform was started.")
        raise
