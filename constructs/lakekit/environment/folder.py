"""The folder of environment files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

DIRECTORY: Final = "LAKEKIT_ENVIRONMENTS"
DEFAULT_DIRECTORY: Final = Path("stacks/environments")


def directory() -> Path:
    """Return the folder of environment files: `LAKEKIT_ENVIRONMENTS`, or `stacks/environments`."""
    return Path(os.environ.get(DIRECTORY) or DEFAULT_DIRECTORY)
