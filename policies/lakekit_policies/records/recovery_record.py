"""Records of states that Terraform could not save: recovered or discarded, one JSON object per line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text

FILE: Final = Path(".lakekit/state-recoveries.jsonl")


class RecoveryRecord(BaseModel):
    """Record of one step. It contains no value of the state.

    Attributes:
        action: `recovering` before the push, `recovered` after it, or `discarded`.
        stack: stack name.
        file: name of the kept file.
        sha256: SHA-256 of the file.
        serial: its serial number; -1 if it cannot be read.
        lineage: its lineage.
        backend_serial: serial of the backend's state before; None without one.
        who: the user.
        at: ISO time, UTC.
        reason: reason given for `discarded`.
    """

    model_config = ConfigDict(frozen=True)

    action: str
    stack: str
    file: str
    sha256: str
    serial: int
    lineage: str
    backend_serial: int | None
    who: str
    at: str
    reason: str = ""


def read_recoveries(file: Path) -> tuple[list[RecoveryRecord], list[int]]:
    """Return the records of a file, oldest first, and the numbers of damaged lines; empty if it does not exist.

    Raises:
        OSError: the file exists and cannot be read.
    """
    try:
        lines = read_regular_text(file, MAX_BYTES, errors="replace").splitlines()
    except FileNotFoundError:
        return [], []
    records, damaged = [], []
    for number, line in enumerate(lines, start=1):
        try:
            records.append(RecoveryRecord.model_validate_json(line))
        except ValidationError:
            damaged.append(number)
    return records, damaged
