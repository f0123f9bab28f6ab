"""Use of the record of the last apply by `lakekit-terraform`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lakekit_cli.applied.tracker import AppliedTracker
from lakekit_cli.applied.variables import CHANGED_ONLY_VARIABLE

if TYPE_CHECKING:
    from lakekit_cli.terraform_gate.arguments import Command

_PARTIAL = ("exclude", "exclude-file", "refresh-only", "state", "state-out", "target", "target-file")


def tracker_for(command: Command, working: Path, environ: Mapping[str, str]) -> AppliedTracker | None:
    """Return the tracker of a command that applies; None for `plan`."""
    if command.name == "plan":
        return None
    partial = any(flag.name in _PARTIAL for flag in command.flags)
    complete = not (command.operands or command.is_destroy or partial)
    flags = [flag.text for flag in command.flags if flag.name in ("var", "var-file")]
    return AppliedTracker(working, environ, flags, complete=complete)


def skips(tracker: AppliedTracker | None, environ: Mapping[str, str]) -> bool:
    """Whether the run deploys changed stacks only, and this one is unchanged."""
    return environ.get(CHANGED_ONLY_VARIABLE) == "1" and tracker is not None and tracker.unchanged
