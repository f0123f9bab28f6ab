"""Find the project and read its `cdktf.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lakekit_policies.shared.regular_file import read_regular_text

from .errors import ToolError

PROJECT_VARIABLE = "LAKEKIT_PROJECT_DIR"


@dataclass(frozen=True)
class Project:
    """A folder with a `cdktf.json`.

    Attributes:
        root: Project folder.
        app: Command that synthesizes; cdktf runs it in a shell in `root`.
        output: Folder of the synthesized stacks.
    """

    root: Path
    app: str
    output: Path

    @property
    def data_dir(self) -> Path:
        """Folder of Lakekit's data: state of the local cloud, logs, settings."""
        return self.root / ".lakekit"

    @property
    def manifest(self) -> Path:
        """cdktf's manifest of the synthesized stacks."""
        return self.output / "manifest.json"


def project_root(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return `LAKEKIT_PROJECT_DIR`, else the nearest parent folder with a `cdktf.json`, else None."""
    named = environ.get(PROJECT_VARIABLE)
    if named:
        return Path(named)
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / "cdktf.json").exists()), None)


def find_project(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Project:
    """Return the current project.

    Raises:
        ToolError: There is no `cdktf.json` in the folder or its parents, or it cannot be read.
    """
    root = project_root(start, environ)
    if root is None or not (root / "cdktf.json").exists():
        raise ToolError(
            "no cdktf.json in this folder or its parents",
            where=str(root or start or Path.cwd()),
            fix=f"run the command inside a Lakekit project, or set {PROJECT_VARIABLE} to its folder",
        )
    file = root / "cdktf.json"
    try:
        document = json.loads(read_regular_text(file))
        if not isinstance(document, dict):
            raise TypeError("it is not a JSON object")
        app = document["app"]
        if not isinstance(app, str):
            raise TypeError(f"app is {json.dumps(app)}, expected a command line")
        output = environ.get("CDKTF_OUTDIR") or document.get("output") or "cdktf.out"
        if not isinstance(output, str):
            raise TypeError(f"output is {json.dumps(output)}, expected a folder")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        problem, line = _reason(error)
        raise ToolError(
            f"invalid cdktf.json: {problem}",
            where=f"{file}:{line}" if line else str(file),
            fix='write JSON with at least {"language": "python", "app": "python main.py"}',
        ) from error
    return Project(root, app, root / output)


def _reason(error: Exception) -> tuple[str, int | None]:
    """Return why a cdktf.json cannot be used, and the line if there is one."""
    match error:
        case RecursionError():
            return "nested too deeply", None
        case KeyError():
            return "the key app is missing", None
        case json.JSONDecodeError():
            return f"it is not JSON: {error.msg}", error.lineno
        case UnicodeDecodeError():
            return "it is not UTF-8 text", None
        case OSError():
            return f"it cannot be read: {error.strerror}", None
        case _:
            return str(error), None


def environment_files(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the names of the environment files of the current project, for completion; empty outside a project."""
    root = project_root(None, environ)
    if root is None:
        return []
    folder = root / (environ.get("LAKEKIT_ENVIRONMENTS") or "stacks/environments")
    return sorted(file.stem for file in folder.glob("*.y*ml"))
