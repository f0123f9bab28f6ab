"""Options that a gate sends to its engine with each evaluation."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from lakekit_policies.boundary.model import TrustBoundary


def evaluation_options(
    waivers: Path | None,
    environment: str,
    today: date | None,
    *,
    fail_on: str,
    evidence: bool,
    boundary: TrustBoundary | None,
) -> dict[str, Any]:
    """Options of an evaluation; the ledger is read here, so that its errors are raised in the caller."""
    entries: list[dict[str, Any]] = []
    if waivers is not None:
        from lakekit_policies.waivers import ledger  # noqa: PLC0415  # most projects have none

        entries = [asdict(entry) for entry in ledger.read_ledger(waivers)]
    day = (today or date.today()).isoformat()  # local date
    return {
        "waivers": entries,
        "environment": environment,
        "today": day,
        "fail_on": fail_on,
        "evidence": evidence,
        "boundary": boundary.to_dict() if boundary else None,
        "run": None,
    }
