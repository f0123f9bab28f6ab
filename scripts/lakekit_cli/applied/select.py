"""Select the stacks of `lakekit deploy --changed`."""

from __future__ import annotations

import subprocess
import textwrap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lakekit_cli.applied.tracker import AppliedTracker
from lakekit_cli.toolchain.stack_order import predecessors


@dataclass(frozen=True)
class Selection:
    """Stacks to deploy, and stacks to skip.

    Attributes:
        deployed: Changed stacks, and the stacks that depend on them: those are compared again when their turn comes.
        skipped: Stacks whose inputs are those of the last apply.
        unknown: Stacks whose inputs cannot be compared, and why; they are deployed.
        unsupported: Stacks that their target never applies; a run of other stacks shows them as skipped.
    """

    deployed: list[str]
    skipped: list[str]
    unknown: Mapping[str, str] = field(default_factory=dict)
    unsupported: Sequence[str] = ()

    @property
    def statement(self) -> str:
        """What is skipped, and what cannot be compared."""
        sentences = [
            f"Deployed, because the inputs of {name} cannot be compared: {_shortened(reason)}."
            for name, reason in self.unknown.items()
        ]
        if self.unsupported:
            sentences.append(f"Not deployed, because the local cloud covers AWS only: {', '.join(self.unsupported)}.")
        if not self.skipped:
            return "\n".join([*sentences, "All stacks have changed since they were last applied, or it is not known."])
        return "\n".join(
            [
                *sentences,
                f"Skipped, because configuration and inputs are those of the last apply: {', '.join(self.skipped)}. "
                "Drift was not looked at: changes outside of Terraform are found by a deploy without --changed.",
            ]
        )


def select(
    folders: Mapping[str, Path],
    manifest: Path,
    gate: str,
    environ: Mapping[str, str],
    unsupported: Collection[str] = frozenset(),
) -> Selection:
    """Compare the stacks with what was last applied.

    Args:
        folders: Name and working directory of the stacks, in the order of deployment.
        manifest: Manifest of the synthesized stacks, with their dependencies.
        gate: Path of `lakekit-terraform`, which initializes stacks without a lock file of providers.
        environ: Environment variables.
        unsupported: Stacks that their target never applies, so that there is no last apply to compare with.
    """
    needs = predecessors(manifest)
    deployed: set[str] = set()
    unknown: dict[str, str] = {}
    for name, folder in folders.items():
        if name in unsupported:
            continue
        tracker = AppliedTracker(folder, environ)
        if tracker.unknown:
            unknown[name] = tracker.unknown
        if not deployed.isdisjoint(needs.get(name, ())) or not _unchanged(tracker, folder, gate, environ):
            deployed.add(name)
    return Selection(
        [name for name in folders if name in deployed],
        [name for name in folders if name not in deployed and name not in unsupported],
        unknown,
        [name for name in folders if name in unsupported],
    )


def _shortened(reason: str) -> str:
    return textwrap.shorten(reason, 160, placeholder=" …").rstrip(".")


def _unchanged(tracker: AppliedTracker, folder: Path, gate: str, environ: Mapping[str, str]) -> bool:
    if tracker.unchanged:
        return True
    # In a new checkout only init knows which versions of the providers are used.
    if not tracker.has_record or (folder / ".terraform.lock.hcl").exists():
        return False
    command: Sequence[str] = [gate, "init", "-input=false"]
    done = subprocess.run(command, cwd=folder, env=dict(environ), capture_output=True, check=False)
    return done.returncode == 0 and AppliedTracker(folder, environ).unchanged
