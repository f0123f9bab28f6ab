"""Select the stacks of `lakekit deploy --changed`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lakekit_cli.applied.tracker import AppliedTracker


@dataclass(frozen=True)
class Selection:
    """Stacks to deploy, and stacks to skip.

    Attributes:
        deployed: Changed stacks, and the stacks that depend on them: those are compared again when their turn comes.
        skipped: Stacks whose inputs are those of the last apply.
    """

    deployed: list[str]
    skipped: list[str]

    @property
    def statement(self) -> str:
        """What is skipped, in one sentence."""
        if not self.skipped:
            return "All stacks have changed since they were last applied, or it is not known."
        return (
            f"Skipped, because configuration and inputs are those of the last apply: {', '.join(self.skipped)}. "
            "Drift was not looked at: changes outside of Terraform are found by a deploy without --changed."
        )


def select(folders: Mapping[str, Path], manifest: Path, gate: str, environ: Mapping[str, str]) -> Selection:
    """Compare the stacks with what was last applied.

    Args:
        folders: Name and working directory of the stacks, in the order of deployment.
        manifest: Manifest of the synthesized stacks, with their dependencies.
        gate: Path of `lakekit-terraform`, which initializes stacks without a lock file of providers.
        environ: Environment variables.
    """
    needs = {name: set(stack["dependencies"]) for name, stack in json.loads(manifest.read_text())["stacks"].items()}
    deployed: set[str] = set()
    for name, folder in folders.items():
        if deployed & needs.get(name, set()) or not _unchanged(folder, gate, environ):
            deployed.add(name)
    return Selection([name for name in folders if name in deployed], [name for name in folders if name not in deployed])


def _unchanged(folder: Path, gate: str, environ: Mapping[str, str]) -> bool:
    tracker = AppliedTracker(folder, environ)
    if tracker.unchanged:
        return True
    # In a new checkout only init knows which versions of the providers are used.
    if not tracker.has_record or (folder / ".terraform.lock.hcl").exists():
        return False
    command: Sequence[str] = [gate, "init", "-input=false"]
    done = subprocess.run(command, cwd=folder, env=dict(environ), capture_output=True, check=False)
    return done.returncode == 0 and AppliedTracker(folder, environ).unchanged
