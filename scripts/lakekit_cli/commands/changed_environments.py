"""Which environments a branch changes."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from lakekit.environment import available
from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode

# What no app reads. Everything else can change every environment.
_IGNORED_FOLDERS = frozenset({".github", ".gitlab", "benchmarks", "ci", "docs", "tests"})
_IGNORED_SUFFIXES = frozenset({".md", ".rst"})


class UnknownRefError(LakekitError):
    """A git reference that cannot be compared with."""

    exit_code = int(ExitCode.USAGE)


def changed_environments(root: Path, folder: Path, since: str) -> list[str]:
    """The environments that differ from where this branch left `since`, uncommitted work included.

    An environment's own file changes that one; any other file that an app may read changes them all.

    Args:
        root: the project.
        folder: its environment files.
        since: a branch, tag or commit.

    Raises:
        UnknownRefError: git does not know it, or this is no work tree.
    """
    start = _git(root, since, "merge-base", "--", since, "HEAD").strip()
    # --relative: a project may be a folder of a larger repository.
    files = _git(root, since, "diff", "--name-only", "--relative", start, "--").splitlines()
    files += _git(root, since, "ls-files", "--others", "--exclude-standard").splitlines()
    known = available(folder)
    own = {path.resolve(): name for name, path in known.items()}
    changed: set[str] = set()
    for file in filter(None, files):
        if name := own.get((root / file).resolve()):
            changed.add(name)
        elif (root / file).resolve().parent == folder.resolve() and file.endswith(".yaml"):
            continue  # an environment that was removed: nothing is left to check
        elif not _is_ignored(PurePosixPath(file)):
            return list(known)
    return sorted(changed)


def _is_ignored(file: PurePosixPath) -> bool:
    return file.parts[0] in _IGNORED_FOLDERS or file.suffix in _IGNORED_SUFFIXES


def _git(root: Path, since: str, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise UnknownRefError("git is not on PATH", where=str(root), fix="install it, or leave --since out") from error
    if done.returncode:
        raise UnknownRefError(
            f"cannot be compared with {since!r}: {done.stderr.strip() or 'they share no history'}",
            where=str(root),
            fix="fetch it with its history (actions/checkout: fetch-depth: 0), or leave --since out",
        )
    return done.stdout
