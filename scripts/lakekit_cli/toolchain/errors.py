"""Errors of the machine's set-up."""

from __future__ import annotations

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode


class ToolError(LakekitError):
    """A tool is missing, too old, or cannot run; the command exits with `ExitCode.SETUP`."""

    exit_code = ExitCode.SETUP
