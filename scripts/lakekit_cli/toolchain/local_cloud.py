"""The local cloud of a project, with the progress display of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lakekit_cli.output.console import progress

if TYPE_CHECKING:
    from lakekit_local import LocalCloud


def local_cloud(root: Path) -> LocalCloud:
    """Return the local cloud of a project.

    Imports `lakekit_local` on the first call: it needs the packages of the extra `local`.

    Args:
        root: Project folder.

    Raises:
        ImportError: The extra `local` is not installed.
    """
    from lakekit_local import LocalCloud

    return LocalCloud(root, progress=progress)
