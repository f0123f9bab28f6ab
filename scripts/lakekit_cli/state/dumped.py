"""Keep the state that Terraform prints to standard error when it cannot write `errored.tfstate` either.

On a full disk both files are incomplete and the printed text is the only record of what was created; a log on the same
disk would lose it (internal/command/views/operation.go, EmergencyDumpState, 1.11).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path

from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.output_folder.errored_state import FILE, FOLDER, ErroredState
from lakekit_policies.output_folder.move import move_file, private_folder

_START = re.compile(r'(?m)^\{\s*"version": 4,')


def keep_dumped_state(text: str, working: Path, environ: Mapping[str, str]) -> str:
    """Write a printed state to `errored.tfstate` of the working directory; return the text without it.

    The text is returned unchanged if it contains no complete state, or if the file cannot be written.

    Args:
        text: Standard error of `terraform apply`.
        working: Working directory of the stack.
        environ: Environment variables of Terraform.
    """
    found = _START.search(text)
    if found is None:
        return text
    try:
        _, length = json.JSONDecoder().raw_decode(text[found.start() :])
        file = working / FILE
        if file.is_file():
            if not ErroredState.read(working.name, file).problem:
                return text
            kept = private_folder(data_folder(working, environ) / FOLDER / working.resolve().name / "damaged")
            move_file(file, kept / FILE)
        _write(file, text[found.start() : found.start() + length])
    except (ValueError, RecursionError, OSError):
        return text
    return (
        f"{text[: found.start()]}(The state that Terraform printed here is kept as errored state.)"
        + (text[found.start() + length :])
    )


def _write(file: Path, state: str) -> None:
    part = file.with_name(f".{FILE}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.write(state)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
