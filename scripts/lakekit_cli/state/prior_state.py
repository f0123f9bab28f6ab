"""The state that a plan was made from, in the plan file."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Final

_ENTRY: Final = "tfstate"
"""Name of the prior state in a plan file, a ZIP archive (Terraform 1.11, internal/plans/planfile)."""


@dataclass(frozen=True, slots=True)
class PriorState:
    """Identity of a state.

    Attributes:
        lineage: its lineage; empty if it was never saved.
        serial: its serial number; None if it was never saved.
    """

    lineage: str = ""
    serial: int | None = None

    @classmethod
    def of_plan(cls, plan: bytes) -> PriorState:
        """Read it from a plan file; without lineage if it cannot be read."""
        try:
            with zipfile.ZipFile(io.BytesIO(plan)) as archive:
                document = json.loads(archive.read(_ENTRY))
            lineage, serial = document.get("lineage"), document.get("serial")
        except (zipfile.BadZipFile, KeyError, ValueError, AttributeError):
            return cls()
        return cls(str(lineage), serial if type(serial) is int else None) if lineage else cls()
