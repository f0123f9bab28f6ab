"""Hashes of the files of this package, each read once for a process."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path


@cache
def package_files() -> tuple[tuple[str, bytes], ...]:
    """Return path and SHA-256 of each file outside of `__pycache__`, by path: relative to the package, with `/`."""
    package = Path(__file__).resolve().parents[1]
    found = []
    for folder, folders, names in os.walk(package):
        folders[:] = [name for name in folders if name != "__pycache__"]
        prefix = Path(folder).relative_to(package).as_posix() + "/"
        for name in names:
            file = Path(folder, name)
            if file.is_file():
                found.append((prefix.removeprefix("./") + name, hashlib.sha256(file.read_bytes()).digest()))
    return tuple(sorted(found))
