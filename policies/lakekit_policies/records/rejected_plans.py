"""Rejected plans, kept so that they can be acknowledged by their digest."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from lakekit_policies.records.acknowledgements import AcknowledgementError
from lakekit_policies.shared.named_errors import naming
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text
from lakekit_policies.verdict import Verdict

REJECTED_FOLDER: Final = Path(".lakekit/rejected")


def save_rejected(folder: Path, verdict: Verdict) -> Path:
    """Store a rejection, so that its plan can be acknowledged by digest; return the file."""
    file = folder / f"{verdict.plan_digest}.json"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with naming(file), os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(verdict.to_json() + "\n")
    return file


def load_rejected(folder: Path, typed: str) -> Verdict:
    """Load the rejection of the plan with a digest.

    Raises:
        AcknowledgementError: no plan with this digest was rejected here.
    """
    name = typed.strip().lower()
    file = folder / f"{name}.json"
    if not name.isalnum() or not file.is_file():
        raise AcknowledgementError(
            f"no plan with digest {typed!r} was rejected here",
            fix="run the deploy or `lakekit plan` again, and pass the digest in the report of the rejected plan",
        )
    try:
        return Verdict.from_dict(json.loads(read_regular_text(file, MAX_BYTES)))
    except (ValueError, RecursionError, OSError) as error:
        raise AcknowledgementError(f"{file}: {error}", fix="plan again") from error
