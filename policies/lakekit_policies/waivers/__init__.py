"""The waiver ledger: accepted findings with a reason, an owner and an end, in one file or beside a construct.

Imported by the worker too, so nothing here loads more than the standard library; :mod:`.ledger` reads the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

LEDGER_FILE: Final = Path("policies/waivers.yaml")
"""Where a project keeps its ledger."""


def find_ledger(project: Path) -> Path | None:
    """The ledger of a project, if it has one."""
    file = project / LEDGER_FILE
    return file if file.is_file() else None
