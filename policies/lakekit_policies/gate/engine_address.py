"""Where the shared engine of a run listens: a Unix socket in a folder that only its user may enter.

The name of the socket is a digest of all that determines verdicts but the request: code and rules of this package, the
interpreter, and settings of checkov. Another version of either is another engine.
"""

from __future__ import annotations

import functools
import hashlib
import os
import socket
import stat
import struct
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lakekit_policies.shared.package_files import package_files

_SETTINGS: Final = ("BC_", "CHECKOV_", "CKV_", "LAKEKIT_ENGINE", "LOG_LEVEL", "PYTHONHOME", "PYTHONPATH", "TF_REGISTRY")
"""Prefixes of environment variables that checkov or its interpreter read."""

_MAX_PATH_BYTES: Final = 100
"""The path of a Unix socket has at most 108 bytes on Linux and 104 on macOS (unix(7))."""


@dataclass(frozen=True)
class EngineAddress:
    """Files of a shared engine.

    Attributes:
        code: digest of the code that the engine must report.
        socket: path of the socket.
        lock: file whose lock is held while the socket is created or removed.
        log: standard error of the engine.
    """

    code: str
    socket: Path
    lock: Path
    log: Path

    @classmethod
    def find(cls) -> EngineAddress | None:
        """Return the address for this process; None where an engine cannot be shared safely."""
        if not hasattr(socket, "SO_PEERCRED"):
            return None  # the user of a peer cannot be determined
        folder = private_folder()
        code = code_digest()
        key = engine_digest()[:24]
        if folder is None or len(os.fsencode(folder / f"{key}.socket")) > _MAX_PATH_BYTES:
            return None
        return cls(code, *(folder / f"{key}.{suffix}" for suffix in ("socket", "lock", "log")))


def private_folder() -> Path | None:
    """Return the folder of this user's sockets, created if needed; None if it is not private."""
    user = os.getuid()
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    folder = Path(base) / f"lakekit-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == user and not found.st_mode & 0o077
    return folder if is_private else None


def peer_user(connected: socket.socket) -> int:
    """Return the user id of the process at the other end (unix(7), SO_PEERCRED)."""
    size = struct.calcsize("3i")
    _process, user, _group = struct.unpack("3i", connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(user)


def engine_digest() -> str:
    """Return a digest of code, rules, interpreter and settings of the engine of this process."""
    settings = sorted(f"{name}={value}" for name, value in os.environ.items() if name.startswith(_SETTINGS))
    return hashlib.sha256("\0".join([code_digest(), sys.prefix, sys.version, *settings]).encode()).hexdigest()


@functools.cache
def code_digest() -> str:
    """Return a digest of all files of this package: code, rules and data."""
    digest = hashlib.sha256()
    for path, content in package_files():
        digest.update(path.encode() + b"\0" + content)
    return digest.hexdigest()
