"""The key that authenticates snapshots: random, of one user on one machine, outside of every project.

A snapshot that comes with a repository or from elsewhere is not loaded, because its author does not have the key.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from lakekit_local.lifecycle.private_files import PRIVATE_FILE, private_folder
from lakekit_policies.shared.regular_file import read_regular_bytes

_BYTES: Final = 32
_FILE_NAME: Final = "local-cloud-snapshot.key"


def key_file() -> Path:
    """Return the file of the key: `$XDG_STATE_HOME/lakekit/`, by default `~/.local/state/lakekit/`.

    https://specifications.freedesktop.org/basedir-spec/latest/
    """
    state = os.environ.get("XDG_STATE_HOME", "")
    # The specification says that relative paths are ignored.
    base = Path(state) if state.startswith("/") else Path.home() / ".local/state"
    return base / "lakekit" / _FILE_NAME


def read_key() -> bytes | None:
    """Return the key, or None if this user has none.

    Raises:
        OSError: The file cannot be read.
    """
    try:
        key = read_regular_bytes(key_file())
    except FileNotFoundError:
        return None
    return key if len(key) == _BYTES else None


def create_key() -> bytes:
    """Return the key; create it if there is none.

    Raises:
        OSError: The file cannot be read or written.
    """
    if found := read_key():
        return found
    file = key_file()
    private_folder(file.parent)
    temporary = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(secrets.token_bytes(_BYTES))
        if file.exists():
            file.unlink()  # damaged: shorter or longer than a key
        # Fails if another process has created the key meanwhile; then that one is used.
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(temporary)
    finally:
        temporary.unlink()
    found = read_key()
    if found is None:
        raise OSError(f"{file} was damaged while it was created")
    return found
