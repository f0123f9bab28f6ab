"""The file of `plan -out`: only a new file or an earlier plan is written."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

_PLAN: Final = "tfplan"
"""Entry of every plan file (terraform/internal/plans/planfile, 1.11)."""


def target_problem(target: Path, working: Path) -> str:
    """Return why a plan must not be written to a path; empty if it can be.

    A device would be replaced by a file with the plan, and a symbolic link leads to a file that the command line does
    not show. Other files of the stack (its configuration, lock file or state) are not plans.

    Args:
        target: Absolute path of the file.
        working: Working directory; symbolic links above it are allowed.
    """
    inside = [target, *(folder for folder in target.parents if folder.is_relative_to(working) and folder != working)]
    parts = inside if target.is_relative_to(working) else [target, target.parent]
    for part in parts:
        if part.is_symlink():
            return f"-out={target}: {part} is a symbolic link; pass the path of a regular file."
    if not target.exists():
        return ""
    if not target.is_file():
        return f"-out={target} is not a regular file: pass the path of a new file or of an earlier plan."
    return "" if _is_plan(target) else f"-out={target} exists and is not a plan: pass another path."


def _is_plan(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return _PLAN in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
