"""The lock of an output folder and the locks of its stacks."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakekit_policies.output_folder.clear import stack_folders
from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.run_lock import cdktf_run
from lakekit_policies.run_lock.holder import Holder
from lakekit_policies.run_lock.lock import RunLock, RunLockedError

RUN_VARIABLE: Final = "LAKEKIT_RUN"
"""Environment variable that a run passes to its processes, so that they do not wait for its lock."""
FOLDER: Final = "locks"

_WAIT_FOR_SYNTHESIS: Final = 120.0


@dataclass(frozen=True, slots=True)
class HeldOutput:
    """A lock of an output folder that this run holds.

    Attributes:
        token: value of `LAKEKIT_RUN` for processes of this run.
        lock: the lock; None if a process that has started this one holds it.
    """

    token: str
    lock: RunLock | None = None


@contextmanager
def output_lock(
    outdir: Path, command: str, *, short: bool = False, environ: Mapping[str, str] = os.environ
) -> Iterator[HeldOutput]:
    """Hold the lock of an output folder; yield what processes of this run need.

    A process of a run that holds the lock passes without taking it.

    Args:
        outdir: the output folder; it need not exist.
        command: name of the command, for the message of another run.
        short: whether it is held for seconds only, as by a synthesis; other runs wait for it.
        environ: environment variables, with the token of the run that has started this process.

    Raises:
        RunLockedError: another run holds the lock.
        OSError: the lock file cannot be written.
    """
    lock, note = _output_files(outdir)
    outer = environ.get(RUN_VARIABLE, "")
    if lock.held_by(outer):
        yield HeldOutput(outer)
        return
    holder = Holder.current(command, token=uuid.uuid4().hex, short=short)
    lock.acquire(holder, wait_for_short=_WAIT_FOR_SYNTHESIS)
    try:
        if other := cdktf_run.running(note):
            raise RunLockedError(
                f"{outdir} is in use by {other}", "wait until that run has ended, then run the command again"
            )
        yield HeldOutput(holder.token, lock)
        if short:
            cdktf_run.note(note, holder)
    finally:
        lock.release()


@contextmanager
def stack_lock(working: Path, command: str, *, wait: float = 0.0) -> Iterator[RunLock]:
    """Hold the lock of a stack; yield it, so that the process of Terraform can be noted.

    Args:
        working: working directory of the stack; its name is the name of the stack.
        command: name of the command, for the message of another run.
        wait: seconds to wait for another run.

    Raises:
        RunLockedError: another run holds the lock.
        OSError: the lock file cannot be written.
    """
    lock = _stack_file(working)
    lock.acquire(Holder.current(command, token="", short=False), wait=wait, wait_for_short=_WAIT_FOR_SYNTHESIS)
    try:
        yield lock
    finally:
        lock.release()


def is_stack_locked(working: Path) -> bool:
    """Whether a run plans or applies a stack now."""
    return _stack_file(working).is_held()


@contextmanager
def all_stack_locks(outdir: Path, command: str) -> Iterator[None]:
    """Hold the locks of all stacks in an output folder, for the seconds in which their folders are replaced.

    Raises:
        RunLockedError: a stack is being planned or applied.
        OSError: a lock file cannot be written.
    """
    holder = Holder.current(command, token="", short=True)
    with ExitStack() as held:
        for folder in stack_folders(outdir / "stacks"):
            lock = _stack_file(folder)
            lock.acquire(holder)
            held.callback(lock.release)
        yield


def _output_files(outdir: Path) -> tuple[RunLock, Path]:
    resolved = outdir.resolve()
    name = f"output-{resolved.name}-{hashlib.sha256(str(resolved).encode()).hexdigest()[:8]}"
    folder = data_folder(outdir, {}) / FOLDER
    return RunLock(folder / f"{name}.lock", str(outdir)), folder / f"{name}.cdktf"


def _stack_file(working: Path) -> RunLock:
    # Found by the folder alone, so that all programs find the same file whatever their environment variables are.
    name = working.resolve().name
    return RunLock(data_folder(working, {}) / FOLDER / f"stack-{name}.lock", f"stack {name}")
