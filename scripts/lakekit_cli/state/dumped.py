"""Keep the state that Terraform prints when it cannot write `errored.tfstate` either.

On a full disk both files are incomplete and the printed text is the only record of what was created; a log on the same
disk would lose it. It is printed to standard error, with `-json` to standard output (Terraform 1.11,
internal/command/views/operation.go, EmergencyDumpState).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.output_folder.errored_state import FILE, FOLDER, ErroredState, write_errored_state
from lakekit_policies.output_folder.move import move_file, private_folder


def keep_dumped_state(text: str, working: Path, environ: Mapping[str, str]) -> Path | None:
    """Write a printed state to the errored states of its stack.

    A complete `errored.tfstate` of the same run contains the same state and is preferred; one that is not complete is
    moved to the folder `damaged` of the errored states.

    Args:
        text: The state.
        working: Working directory of the stack.
        environ: Environment variables of Terraform.

    Returns:
        The file; None if it cannot be written.
    """
    data = data_folder(working, environ)
    file = working / FILE
    try:
        if file.is_file():
            if not ErroredState.read(working.name, file).problem:
                return file
            kept = private_folder(data / FOLDER / working.resolve().name / "damaged")
            move_file(file, kept / FILE)
        return write_errored_state(text, working, data)
    except OSError:
        return None
