"""Read files that users name or that lie in a project: regular files only, and never more than a limit.

A FIFO blocks the reader until someone writes, and a device such as `/dev/zero` has no end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

MAX_TEXT_BYTES: Final = 16_000_000
"""Limit of files that people write: YAML, SQL, settings, keys."""
MAX_BYTES: Final = 512_000_000
"""Limit of files that tools write: plans, states, reports, logs. A plan of 10,000 resources has about 60 MB."""

_KINDS: Final = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def read_regular_bytes(file: Path, limit: int = MAX_BYTES) -> bytes:
    """Return the content of a regular file, or of one that a symbolic link leads to.

    Args:
        file: The file.
        limit: Number of bytes that are read at most.

    Raises:
        OSError: It cannot be opened, is not a regular file, or is larger than the limit; `strerror` says which.
    """
    _require_regular(file.stat().st_mode, file)
    # The file can be replaced after the check; O_NONBLOCK opens a FIFO without waiting for its writer.
    with os.fdopen(os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as stream:
        status = os.fstat(stream.fileno())
        _require_regular(status.st_mode, file)
        content = b"" if status.st_size > limit else stream.read(limit + 1)
    if status.st_size > limit or len(content) > limit:
        size = max(status.st_size, len(content))
        raise OSError(errno.EFBIG, f"it has {size:,} bytes; at most {limit:,} are read", str(file))
    return content


def read_regular_text(file: Path, limit: int = MAX_TEXT_BYTES, *, errors: str = "strict") -> str:
    """Return the content of a regular file as UTF-8 text with line breaks `\\n`, as `Path.read_text` does.

    Args:
        file: The file.
        limit: Number of bytes that are read at most.
        errors: What becomes of bytes that are not UTF-8: `strict` or `replace`.

    Raises:
        OSError: As `read_regular_bytes`.
        UnicodeDecodeError: It is not UTF-8 text.
    """
    text = read_regular_bytes(file, limit).decode("utf-8", errors)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _require_regular(mode: int, file: Path) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    kind = next((kind for matches, kind in _KINDS if matches(mode)), "a special file")
    raise OSError(errno.EINVAL, f"it is {kind}, not a regular file", str(file))
