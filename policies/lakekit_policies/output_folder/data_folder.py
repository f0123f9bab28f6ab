"""Find the folder `.lakekit` that belongs to an output folder or to a stack's working directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

PROJECT_VARIABLE: Final = "LAKEKIT_PROJECT_DIR"
STACKS: Final = "stacks"


def data_folder(folder: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Return `.lakekit` of the project of a folder; it need not exist.

    The project is `LAKEKIT_PROJECT_DIR`, else the nearest parent with a `cdktf.json`, else the folder that contains
    the output folder.

    Args:
        folder: an output folder, or the working directory `<output folder>/stacks/<stack>` of a stack.
        environ: environment variables.
    """
    if named := environ.get(PROJECT_VARIABLE):
        return Path(named) / ".lakekit"
    here = folder.resolve()
    for parent in (here, *here.parents):
        if (parent / "cdktf.json").is_file():
            return parent / ".lakekit"
    output = here.parent.parent if here.parent.name == STACKS else here
    return output.parent / ".lakekit"
