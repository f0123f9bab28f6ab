"""Errors of the operating system, with the place and the fix."""

from __future__ import annotations

import errno
from typing import Final

from lakekit.errors import LakekitError

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def as_lakekit_error(error: OSError, where: str = "this machine") -> LakekitError:
    """Return the error as problem, place and fix.

    Args:
        error: the error; its file, if it names one, is the place.
        where: the place otherwise.
    """
    full = error.errno in _FULL
    return LakekitError(
        error.strerror or str(error),
        where=str(error.filename or where),
        fix="free disk space, then run the command again"
        if full
        else "check that the path exists and is accessible, and that the disk is not full",
    )
