"""Move files without ever overwriting or losing one."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Create a folder that only this user can read; return it.

    Raises:
        OSError: it cannot be created, or belongs to another user.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def move_file(source: Path, target: Path) -> Path:
    """Move a file to a free name like `target`; the moved file is readable by this user only.

    A symbolic link is replaced by a copy of the file that it names, which stays as it is.

    A process that is killed in between leaves at least one complete copy.

    Raises:
        OSError: the file cannot be moved; the source still exists.
    """
    for candidate in _free_names(target):
        try:
            if source.is_symlink():
                _copy(source, candidate)
            else:
                os.link(source, candidate)
        except FileExistsError:
            continue
        except OSError as error:
            if isinstance(error, FileNotFoundError) and not source.exists():
                raise
            # Another file system, or one without hard links.
            _copy(source, candidate)
        candidate.chmod(0o600)
        source.unlink(missing_ok=True)
        return candidate
    raise AssertionError  # pragma: no cover - the names do not end


def move_entry(source: Path, target: Path) -> Path:
    """Move a file or folder to a free name like `target`.

    Raises:
        OSError: it cannot be moved; the source still exists.
    """
    if source.is_file() and not source.is_symlink():
        return move_file(source, target)
    candidate = next(name for name in _free_names(target) if not os.path.lexists(name))
    shutil.move(source, candidate)
    return candidate


def _free_names(target: Path) -> itertools.chain[Path]:
    numbered = (target.with_name(f"{target.stem}.{number}{target.suffix}") for number in itertools.count(1))
    return itertools.chain([target], numbered)


def _copy(source: Path, target: Path) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".part-", dir=target.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream, source.open("rb") as original:
            shutil.copyfileobj(original, stream)
            stream.flush()
            os.fsync(stream.fileno())
        if os.path.lexists(target):
            raise FileExistsError(17, os.strerror(17), str(target))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
