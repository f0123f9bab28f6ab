"""Where the project is, and what its `cdktf.json` says."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import ToolError

PROJECT_VARIABLE = "LAKEKIT_PROJECT_DIR"


@dataclass(frozen=True)
class Project:
    """A folder with a `cdktf.json`.

    Attributes:
        root: the folder.
        app: the command that synthesizes, as cdktf runs it (in a shell, from `root`).
        output: where the synthesized stacks go.
    """

    root: Path
    app: str
    output: Path

    @property
    def data_dir(self) -> Path:
        """Folder for what Lakekit keeps beside the project: state of the local cloud, logs, settings."""
        return self.root / ".lakekit"

    @property
    def manifest(self) -> Path:
        """cdktf's list of synthesized stacks."""
        return self.output / "manifest.json"


def project_root(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """The nearest folder upward that holds a `cdktf.json`, or what `LAKEKIT_PROJECT_DIR` names."""
    named = environ.get(PROJECT_VARIABLE)
    if named:
        return Path(named)
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "cdktf.json").is_file()), None)


def find_project(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Project:
    """The project this command works on.

    Raises:
        ToolError: there is no `cdktf.json` here or above, or it cannot be read.
    """
    root = project_root(start, environ)
    if root is None or not (root / "cdktf.json").is_file():
        raise ToolError(
            "no cdktf.json here or in any folder above",
            where=str(root or start or Path.cwd()),
            fix=f"run the command inside a Lakekit project, or name its folder in {PROJECT_VARIABLE}",
        )
    file = root / "cdktf.json"
    try:
        document = json.loads(file.read_text())
        app = document["app"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ToolError(
            f"cannot be used: {error!r}",
            where=str(file),
            fix='it must be JSON with at least {"language": "python", "app": "python main.py"}',
        ) from error
    output = environ.get("CDKTF_OUTDIR") or document.get("output") or "cdktf.out"
    return Project(root, str(app), root / output)
