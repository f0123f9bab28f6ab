"""Keep errored states before and after a Terraform run, and block the stack until they are recovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from lakekit_cli.state.errors import BlockedError
from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.output_folder.errored_state import FILE, keep_errored_state, pending

# Commands that write state; `state push` is not listed, because it can restore one.
_WRITING_COMMANDS = frozenset(("apply", "destroy", "import", "plan", "refresh", "taint", "untaint"))
_WRITING_STATE_COMMANDS = frozenset(("mv", "rm", "replace-provider"))


def needs_complete_state(name: str, arguments: Sequence[str]) -> bool:
    """Whether a Terraform command reads or writes state in a way that an errored state makes wrong."""
    return name in _WRITING_COMMANDS or (name == "state" and bool(_WRITING_STATE_COMMANDS.intersection(arguments[:1])))


def require_no_errored_state(working: Path, environ: Mapping[str, str]) -> None:
    """Move an errored state of the working directory to a safe folder; reject the run if the stack has one.

    Raises:
        BlockedError: The stack has an errored state.
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
    if files := pending(data, stack):
        raise BlockedError(
            f"{stack} has a state that Terraform could not save in an earlier run; planning without it would create "
            f"its resources again ({', '.join(map(str, files))})",
            where=stack,
            fix=f"lakekit state recover {stack}",
        )


def keep_after_run(working: Path, environ: Mapping[str, str]) -> str:
    """Move the errored state that a run has left to a safe folder; return a message, empty if there is none."""
    data = data_folder(working, environ)
    stack = working.resolve().name
    try:
        kept = keep_errored_state(working, data)
    except OSError as error:
        return (
            f"Terraform could not save the state of {stack}: {working / FILE} is its only copy and cannot be moved "
            f"({error.strerror or error}). Keep the file; then run `lakekit state recover {stack}`."
        )
    if kept is None:
        return ""
    return (
        f"Terraform could not save the state of {stack}. It is kept in {kept}.\n"
        f"When the backend can be written again, run: lakekit state recover {stack}"
    )
