"""Record of recovered and discarded states: one JSON object per line in `.lakekit/state-recoveries.jsonl`."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from lakekit_cli.state.errors import StateRecoveryError
from lakekit_cli.terraform_gate.acknowledge import current_actor
from lakekit_policies.output_folder.errored_state import ErroredState
from lakekit_policies.records.recovery_record import FILE, RecoveryRecord, read_recoveries
from lakekit_policies.shared.regular_file import read_regular_bytes


def record(data: Path, action: str, state: ErroredState, *, backend_serial: int | None, reason: str = "") -> None:
    """Append an entry. It contains hash, serials and lineage, and no value of the state.

    Args:
        data: The data folder `.lakekit`.
        action: `recovering` before the push, `recovered` after it, `discarded`.
        state: The errored state.
        backend_serial: Serial of the backend's state before; None without one.
        reason: Reason given by the user.

    Raises:
        StateRecoveryError: The record cannot be written.
    """
    try:
        content = hashlib.sha256(read_regular_bytes(state.file)).hexdigest()
        entry = RecoveryRecord(
            action=action,
            stack=state.stack,
            file=state.file.name,
            sha256=content,
            serial=state.serial,
            lineage=state.lineage,
            backend_serial=backend_serial,
            who=current_actor(data.parent, os.environ),
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            reason=reason,
        )
        descriptor = os.open(data / FILE.name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry.model_dump(), sort_keys=True) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise StateRecoveryError(
            f"cannot be written: {error.strerror or error}",
            where=str(error.filename or data / FILE.name),
            fix="make it writable and check that the disk is not full, then run the command again",
        ) from error


def was_pushed_to_empty(data: Path, state: ErroredState) -> bool:
    """Whether an interrupted recovery has begun to push this file to a backend without state."""
    try:
        content = hashlib.sha256(read_regular_bytes(state.file)).hexdigest()
        records, _ = read_recoveries(data / FILE.name)
    except OSError:
        return False
    return any(one.sha256 == content and one.action == "recovering" and one.backend_serial is None for one in records)
