"""Errors of the operating system, with the place and the fix."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from lakekit.errors import LakekitError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def as_lakekit_error(error: OSError) -> LakekitError:
    """Return the error as problem, place and fix; the place is the file that it names, or the current folder."""
    full = error.errno in _FULL
    return LakekitError(
        error.strerror or str(error),
        where=str(error.filename or _folder()),
        fix="free disk space, then run the command again"
        if full
        else "check that the path exists and is accessible, and that the disk is not full",
    )


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:  # it has been removed
        return "this machine"
