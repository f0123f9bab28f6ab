"""The current folder, which can have been removed under a shell."""

from __future__ import annotations

from pathlib import Path

from lakekit_cli.toolchain.errors import ToolError


def current_folder() -> Path:
    """Return the current folder.

    Raises:
        ToolError: It does not exist any more.
    """
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise ToolError(
            "the current folder does not exist any more", where="this shell", fix="change to a folder that exists"
        ) from error
