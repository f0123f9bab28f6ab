"""Reproducible zip files of folders."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Final

from lakekit.bindings import Construct
from lakekit.errors import ConstructError

BUILD_DIRECTORY: Final = Path(".lakekit/build")
# The earliest date of the zip format.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_EXCLUDED: Final = frozenset({"__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache"})


def create_zip(scope: Construct, folder: Path | str) -> Path:
    """Write a folder as `.lakekit/build/<digest>/<folder>.zip`, sorted and without dates, and return its path.

    Raises:
        ConstructError: the folder does not exist or contains no files.
    """
    root = Path(folder)
    files = sorted(
        path for path in root.rglob("*") if path.is_file() and not _EXCLUDED & set(path.relative_to(root).parts)
    )
    if not files:
        raise ConstructError(scope, f"{folder} {'is empty' if root.is_dir() else 'is not a folder'}")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    content = written.getvalue()
    target = BUILD_DIRECTORY / hashlib.sha256(content).hexdigest()[:16] / f"{root.name}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target
