"""Errors of state commands."""

from __future__ import annotations

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode


class StateRecoveryError(LakekitError):
    """A state cannot be recovered; nothing was changed."""

    exit_code = int(ExitCode.FAILED)


class BlockedError(LakekitError):
    """A stack cannot be planned or applied now."""

    exit_code = int(ExitCode.BLOCKED)
