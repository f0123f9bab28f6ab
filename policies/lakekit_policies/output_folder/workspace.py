"""The Terraform workspace of a working directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lakekit_policies.shared.regular_file import read_regular_text

DEFAULT_WORKSPACE: Final = "default"


def selected_workspace(working: Path, environ: Mapping[str, str]) -> str:
    """Return the workspace that Terraform uses in a directory: TF_WORKSPACE, else the selected one."""
    if named := environ.get("TF_WORKSPACE"):
        return named
    file = working / environ.get("TF_DATA_DIR", ".terraform") / "environment"
    try:
        return read_regular_text(file, errors="replace").strip() or DEFAULT_WORKSPACE
    except OSError:
        return DEFAULT_WORKSPACE
