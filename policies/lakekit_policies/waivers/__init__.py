"""Waivers: accepted findings with a reason, an owner and an expiry date, in one file or in code.

The worker imports it too, so it loads only the standard library; :mod:`.ledger` reads the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

LEDGER_FILE: Final = Path("policies/waivers.yaml")
"""Path of the ledger in a project."""


def find_ledger(project: Path) -> Path | None:
    """The ledger of a project, or None."""
    file = project / LEDGER_FILE
    return file if file.is_file() else None
