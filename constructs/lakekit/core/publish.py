"""Publish synthesized stacks: replace the configuration of the output folder; keep all other files."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from lakekit.errors import LakekitError
from lakekit_policies.gate import quarantine
from lakekit_policies.output_folder import clear
from lakekit_policies.output_folder.data_folder import data_folder


def publish(staging: Path, target: Path, *, run_by_cdktf: bool) -> None:
    """Replace the stacks of the output folder by the new ones; Terraform's working files stay.

    Errored states, and files of removed stacks that are not generated, are moved to `.lakekit`. So are configuration
    files in the folder of a stack that Terraform would read in addition to the evaluated configuration.

    Args:
        staging: folder with the new stacks.
        target: the output folder.
        run_by_cdktf: whether the cdktf CLI runs this program.

    Raises:
        LakekitError: a file cannot be moved or replaced.
    """
    try:
        _report(_publish(staging, target, run_by_cdktf))
    except OSError as error:
        raise LakekitError(
            f"cannot be published: {error.strerror or error}",
            where=str(error.filename or target),
            fix="make the folder and .lakekit writable and check that the disk is not full; nothing was deleted",
        ) from error


def _publish(staging: Path, target: Path, run_by_cdktf: bool) -> list[Path]:
    stacks = target / "stacks"
    stacks.mkdir(parents=True, exist_ok=True)
    data = data_folder(target)
    kept = clear.keep_all_errored_states(target, data)
    quarantine.clear_rejection(target)
    published = {path.name for path in (staging / "stacks").iterdir()}
    for old in clear.stack_folders(stacks):
        if old.name not in published:
            kept += clear.clear_stack(old, data)
            if run_by_cdktf:
                # The CLI removes the folders that it has listed before, and fails when one is missing.
                old.mkdir()
    for new in (staging / "stacks").iterdir():
        destination = stacks / new.name
        destination.mkdir(exist_ok=True)
        shutil.rmtree(destination / "assets", ignore_errors=True)
        kept += clear.keep_configuration(destination, data)
        for item in new.iterdir():
            item.replace(destination / item.name)
        clear.put_back(destination, data)
    (staging / "manifest.json").replace(target / "manifest.json")
    return kept


def _report(kept: Iterable[Path]) -> None:
    # The lock file is put back by the next synthesis of its stack.
    for path in (path for path in kept if path.name != ".terraform.lock.hcl"):
        print(f"lakekit: kept a file that synthesis would have removed: {path}", file=sys.stderr)  # noqa: T201
