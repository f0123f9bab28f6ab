"""Remove stack folders from an output folder; keep every file that Lakekit and Terraform cannot write again.

Lakekit writes `cdk.tf.json` and `assets`; `terraform init` writes `.terraform`. Everything else in a stack folder
(state of other workspaces, backups, saved plans, variable files, the lock file) belongs to the user or to Terraform
and is moved to `.lakekit/kept-files/<stack>/`. It is put back when the stack is synthesized again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lakekit_policies.output_folder.errored_state import keep_errored_state
from lakekit_policies.output_folder.move import move_entry, private_folder

FOLDER: Final = "kept-files"
CONFIGURATION: Final = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json")
"""Files that Terraform reads in addition to the evaluated configuration."""
REJECTED_PREFIX: Final = ".rejected-"

_GENERATED: Final = frozenset(("cdk.tf.json", "assets", ".terraform"))


def clear_stack(folder: Path, data: Path) -> list[Path]:
    """Remove a stack folder; return where files that are not generated were moved to.

    Args:
        folder: the stack folder.
        data: the data folder `.lakekit`.

    Raises:
        OSError: something cannot be moved or removed; nothing is lost.
    """
    # First of all: without configuration, nothing in the folder can be applied.
    (folder / "cdk.tf.json").unlink(missing_ok=True)
    kept = [moved] if (moved := keep_errored_state(folder, data)) else []
    for entry in sorted(folder.iterdir()):
        if entry.name not in _GENERATED:
            kept.append(_keep(entry, data, folder.name))
    shutil.rmtree(folder)
    return kept


def keep_configuration(folder: Path, data: Path) -> list[Path]:
    """Move configuration files other than `cdk.tf.json` out of a stack folder; return the new paths.

    Raises:
        OSError: a file cannot be moved.
    """
    stray = [file for file in _configuration(folder) if file.name not in _GENERATED]
    return [_keep(file, data, folder.name) for file in stray]


def put_back(folder: Path, data: Path) -> None:
    """Move the kept files of a stack back into its folder, except configuration; existing files are not replaced.

    Raises:
        OSError: a file cannot be moved.
    """
    kept = data / FOLDER / folder.name
    if not kept.is_dir():
        return
    configuration = set(_configuration(kept))
    for entry in sorted(kept.iterdir()):
        if entry not in configuration and not os.path.lexists(folder / entry.name):
            shutil.move(entry, folder / entry.name)


def keep_all_errored_states(outdir: Path, data: Path) -> list[Path]:
    """Move the errored states of all stacks of an output folder to the data folder; return the new paths.

    Also finishes the removal of rejected stacks that was interrupted.

    Raises:
        OSError: a file cannot be moved.
    """
    moved = [keep_errored_state(folder, data) for folder in stack_folders(outdir / "stacks")]
    for aside in sorted(outdir.glob(f"{REJECTED_PREFIX}*")):
        for folder in stack_folders(aside / "stacks"):
            moved.extend(clear_stack(folder, data))
        shutil.rmtree(aside)
    return [path for path in moved if path]


def stack_folders(stacks: Path) -> list[Path]:
    """Return the folders of a folder `stacks`, without symbolic links."""
    if not stacks.is_dir():
        return []
    return sorted(path for path in stacks.iterdir() if path.is_dir() and not path.is_symlink())


def _keep(entry: Path, data: Path, stack: str) -> Path:
    private_folder(data / FOLDER)
    return move_entry(entry, private_folder(data / FOLDER / stack) / entry.name)


def _configuration(folder: Path) -> Iterator[Path]:
    return (file for pattern in CONFIGURATION for file in folder.glob(pattern))
