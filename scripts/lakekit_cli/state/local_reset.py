"""Discard the errored states of local stacks after a reset of the local cloud: their resources no longer exist."""

from __future__ import annotations

from pathlib import Path

from lakekit.errors import LakekitError
from lakekit_cli.toolchain import Project
from lakekit_policies.output_folder.clear import keep_all_errored_states
from lakekit_policies.output_folder.errored_state import ErroredState, stacks_with_errored_state

REASON = "the local cloud that the state belongs to was reset"


def discard_local_states(project: Project) -> list[Path]:
    """Archive and record the errored states of stacks whose environment has the target local; return the new paths.

    Raises:
        StateRecoveryError: The record cannot be written.
    """
    from lakekit_cli.state.recover import discard

    keep_all_errored_states(project.output, project.data_dir)
    return [
        discard(ErroredState.read(stack, file), project.data_dir, REASON)
        for stack, files in stacks_with_errored_state(project.data_dir).items()
        if _is_local(stack, project)
        for file in files
    ]


def _is_local(stack: str, project: Project) -> bool:
    """Whether a stack belongs to an environment with the target local; no if its file is missing or invalid."""
    from lakekit.environment import directory, load

    folder = project.root / directory()
    names = sorted((file.stem for file in folder.glob("*.y*ml") if stack.startswith(f"{file.stem}-")), key=len)
    try:
        return bool(names) and load(names[-1], folder).is_local
    except LakekitError:
        return False
