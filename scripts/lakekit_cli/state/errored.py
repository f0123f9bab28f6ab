"""Keep errored states before and after a Terraform run, and block the stack until they are recovered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from lakekit_cli.state.errors import BlockedError
from lakekit_cli.state.local_state import damaged_state
from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.output_folder.errored_state import FILE, FOLDER, ErroredState, keep_errored_state, pending

# Commands that write state; `state push` is not listed, because it can restore one.
_WRITING_COMMANDS = frozenset(("apply", "destroy", "import", "plan", "refresh", "taint", "untaint"))
_WRITING_STATE_COMMANDS = frozenset(("mv", "rm", "replace-provider"))


def needs_complete_state(name: str, arguments: Sequence[str]) -> bool:
    """Whether a Terraform command reads or writes state in a way that an errored state makes wrong."""
    return name in _WRITING_COMMANDS or (name == "state" and bool(_WRITING_STATE_COMMANDS.intersection(arguments[:1])))


def require_no_errored_state(working: Path, environ: Mapping[str, str]) -> None:
    """Move an errored state of the working directory to a safe folder; reject the run if the stack has one.

    Raises:
        BlockedError: The stack has an errored state, or its local state file is not complete.
    """
    data = data_folder(working, environ)
    stack = working.resolve().name
    try:
        keep_errored_state(working, data)
    except OSError as error:
        raise BlockedError(
            f"has the errored state of an earlier run, and it cannot be moved to {data}: {error.strerror or error}",
            where=str(working / FILE),
            fix="make the folder writable and check that the disk is not full",
        ) from error
    if os.path.lexists(working / FILE):
        raise BlockedError(
            f"the folder of {stack} has an entry {FILE} that is not a file: Terraform could not save a state there",
            where=str(working / FILE),
            fix="remove or rename it, then run the command again",
        )
    damaged = damaged_state(working, environ)
    if files := pending(data, stack):
        raise BlockedError(
            f"{stack} has a state that Terraform could not save in an earlier run; planning without it would create "
            f"its resources again ({', '.join(map(str, files))})"
            + (f"; its state file {damaged.file} is not complete" if damaged else ""),
            where=stack,
            fix=f"lakekit state recover {stack}",
        )
    if damaged:
        raise BlockedError(
            f"the state file of {stack} is not complete: it was not written to its end, for example because the disk "
            "was full",
            where=str(damaged.file),
            fix=damaged.fix,
        )


def require_complete_state_file(working: Path, environ: Mapping[str, str]) -> None:
    """Reject a run if the local state file of the stack is not complete; `terraform init` would fail on it.

    Raises:
        BlockedError: It is not complete.
    """
    if damaged_state(working, environ):
        require_no_errored_state(working, environ)


def keep_after_run(working: Path, environ: Mapping[str, str], printed: Path | None = None) -> str:
    """Move the errored state that a run has left to a safe folder; return a message, empty if there is none.

    Args:
        working: Working directory of the stack.
        environ: Environment variables of Terraform.
        printed: Where a state that Terraform has printed is kept.
    """
    data = data_folder(working, environ)
    stack = working.resolve().name
    try:
        kept = keep_errored_state(working, data) or printed
    except OSError as error:
        return (
            f"Terraform could not save the state of {stack}: {working / FILE} is its only copy and cannot be moved "
            f"({error.strerror or error}). Keep the file; then run `lakekit state recover {stack}`."
        )
    if kept is None:
        if damaged := damaged_state(working, environ):
            return f"Terraform could not save the state of {stack}: {damaged.file} is not complete.\nFix: {damaged.fix}"
        return ""
    if not kept.is_relative_to(data):
        return (
            f"Terraform could not save the state of {stack}, and it could not be kept in {data}. The state is kept in "
            f"{kept} only.\nMove this file to {data / FOLDER / stack}, then run: lakekit state recover {stack}"
        )
    if problem := ErroredState.read(stack, kept).problem:
        return (
            f"Terraform could not save the state of {stack}, and the file that it has left {problem} ({kept}).\n"
            f"If it has printed the state (a JSON object), save it as {data / FOLDER / stack}/printed.tfstate, discard "
            f"the other file with `lakekit state discard`, then run: lakekit state recover {stack}"
        )
    return (
        f"Terraform could not save the state of {stack}. It is kept in {kept}.\n"
        f"When the backend can be written again, run: lakekit state recover {stack}"
    )
