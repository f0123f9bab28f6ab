"""Guard runs of commands: one run at a time in an output folder, one at a time for a stack."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lakekit_cli.state.errors import BlockedError
from lakekit_cli.toolchain import Project, ToolError
from lakekit_policies.output_folder.clear import keep_all_errored_states
from lakekit_policies.run_lock import RunLock, RunLockedError, output_lock, stack_lock
from lakekit_policies.run_lock.locks import RUN_VARIABLE, all_stack_locks

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


@contextmanager
def guard_output(project: Project, command: str, *, short: bool = False) -> Iterator[Callable[[int], None]]:
    """Hold the lock of a project's output folder for this process and the processes that it starts.

    Yields a function that notes a started process: the lock stays in force until it ends, if this process is killed.
    Also moves states that an earlier run of Terraform could not save to a safe folder, before synthesis.

    Args:
        project: The project.
        command: Command line without arguments that may contain secrets.
        short: Whether it is a synthesis, for which other runs wait.

    Raises:
        BlockedError: Another run holds the lock, or applies one of the stacks.
        ToolError: A lock file cannot be written.
    """
    before = os.environ.get(RUN_VARIABLE)
    with _explained(str(project.output)), output_lock(project.output, command, short=short) as held:
        os.environ[RUN_VARIABLE] = held.token
        try:
            if held.lock is not None:
                # The app also checks this when it publishes; here, before minutes of work.
                with all_stack_locks(project.output, command):
                    keep_all_errored_states(project.output, project.data_dir)
            yield held.lock.note_child if held.lock else _note_nothing
        finally:
            if before is None:
                os.environ.pop(RUN_VARIABLE, None)
            else:
                os.environ[RUN_VARIABLE] = before


@contextmanager
def guard_stack(working: Path, command: str, lock_timeout: str | None) -> Iterator[RunLock]:
    """Hold the lock of a stack while Terraform plans or applies it.

    Args:
        working: Working directory of the stack.
        command: Command line without arguments that may contain secrets.
        lock_timeout: Value of `-lock-timeout`, such as `30s`; None if it is not given.

    Raises:
        BlockedError: Another run plans or applies the stack.
        ToolError: A lock file cannot be written.
    """
    with _explained(str(working)), stack_lock(working, command, wait=seconds(lock_timeout or "")) as lock:
        yield lock


def seconds(duration: str) -> float:
    """Return the seconds of a duration as Go writes it, such as `1m30s`; 0 if it is not one."""
    parts = _DURATION.findall(duration)
    if "".join(number + unit for number, unit in parts) != duration:
        return 0.0
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def _note_nothing(_pid: int) -> None:
    """The run that has started this process holds the lock."""


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except RunLockedError as error:
        raise BlockedError(error.problem, fix=error.fix) from error
    except OSError as error:
        if error.filename is None or ".lakekit" not in str(error.filename):
            raise
        raise ToolError(
            f"cannot be written: {error.strerror or error}",
            where=str(error.filename or where),
            fix="make it writable and check that the disk is not full",
        ) from error
