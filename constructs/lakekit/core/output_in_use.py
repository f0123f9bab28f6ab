"""Locks of a synthesis: one writes the output folder at a time, and none while one of its stacks is applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from lakekit.errors import LakekitError, RunInProgressError
from lakekit_policies.run_lock import RunLockedError, output_lock
from lakekit_policies.run_lock.holder import program
from lakekit_policies.run_lock.locks import all_stack_locks


@contextmanager
def output_in_use(outdir: Path) -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Hold the lock of an output folder; yield a context manager that also holds the locks of all its stacks.

    Args:
        outdir: the output folder.

    Raises:
        RunInProgressError: another run holds a lock.
        LakekitError: a lock file cannot be written.
    """
    with _explained(), output_lock(outdir, program(), short=True):
        yield lambda: _explained_stack_locks(outdir)


@contextmanager
def _explained_stack_locks(outdir: Path) -> Iterator[None]:
    with _explained(), all_stack_locks(outdir, program()):
        yield


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except RunLockedError as error:
        raise RunInProgressError(error.problem, fix=error.fix) from error
    except OSError as error:
        raise LakekitError(
            f"cannot be written: {error.strerror or error}",
            where=str(error.filename or "the lock of the output folder"),
            fix="make it writable and check that the disk is not full",
        ) from error
