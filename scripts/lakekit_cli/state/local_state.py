"""State files of the local backend: find a file that Terraform could not write completely.

The local backend truncates the file and writes it in place, so a full disk leaves a part of it. Before the first write
of a run, Terraform copies the earlier state to `<file>.backup` (internal/states/statemgr/filesystem.go, 1.11).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakekit_policies.output_folder.errored_state import ErroredState
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE, selected_workspace
from lakekit_policies.shared.regular_file import read_regular_bytes

_FILE = "terraform.tfstate"
_WORKSPACES = "terraform.tfstate.d"


@dataclass(frozen=True)
class DamagedState:
    """A state file of the local backend that is not complete.

    Attributes:
        file: The file.
        backup: The earlier state that Terraform has copied; None if there is none that can be read.
    """

    file: Path
    backup: ErroredState | None

    @property
    def fix(self) -> str:
        """What to do if Terraform has left no errored state."""
        again = "plan the stack, and import resources that it would create again (lakekit-terraform import)"
        if self.backup is None:
            return f"restore a complete copy of the file, or move it away; then {again}"
        return (
            f"restore a complete copy, such as {self.backup.file} (serial {self.backup.serial}, before the last "
            f"change); then {again}"
        )


def damaged_state(working: Path, environ: Mapping[str, str]) -> DamagedState | None:
    """Return the state file of a stack if it is not complete; None for other backends.

    An empty file counts if there is a backup: Terraform takes it for a new stack and creates everything again. Without
    one it is the lock file of a first run.

    Args:
        working: Working directory of the stack.
        environ: Environment variables of Terraform.
    """
    file = _state_file(working, environ)
    if file is None:
        return None
    try:
        content = read_regular_bytes(file)
    except OSError:
        return None
    found = ErroredState.read(working.name, file.with_name(f"{file.name}.backup"))
    backup = None if found.problem else found
    if not content:
        return DamagedState(file, backup) if backup else None
    try:
        json.loads(content)
    except RecursionError:
        return None
    except ValueError:
        return DamagedState(file, backup)
    return None


def _state_file(working: Path, environ: Mapping[str, str]) -> Path | None:
    config = _local_backend(working)
    if config is None:
        return None
    workspace = selected_workspace(working, environ)
    if workspace == DEFAULT_WORKSPACE:
        return (working / str(config.get("path") or _FILE)).resolve()
    return (working / str(config.get("workspace_dir") or _WORKSPACES) / workspace / _FILE).resolve()


def _local_backend(working: Path) -> Mapping[str, Any] | None:
    """Return the arguments of the local backend; None for another backend and without a configuration."""
    try:
        settings = json.loads(read_regular_bytes(working / "cdk.tf.json")).get("terraform", {})
        backends = settings.get("backend", {"local": {}})
        config = backends.get("local") if not settings.get("cloud") else None
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    return config if isinstance(config, dict) else None
