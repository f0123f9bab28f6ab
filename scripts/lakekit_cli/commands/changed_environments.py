"""Find the environments that a branch changes."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from lakekit.environment import available
from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode

# Folders and file types that no app reads. Any other file may change every environment.
_IGNORED_FOLDERS = frozenset({".github", ".gitlab", "benchmarks", "ci", "docs", "tests"})
_IGNORED_SUFFIXES = frozenset({".md", ".rst"})


class UnknownRefError(LakekitError):
    """A git reference that git does not know or that shares no history with the branch."""

    exit_code = int(ExitCode.USAGE)


def changed_environments(root: Path, folder: Path, since: str) -> list[str]:
    """Return the environments that differ from the merge base of `since` and HEAD, uncommitted changes included.

    A change of an environment file affects that environment; any other file that an app may read affects all.

    Args:
        root: Project folder.
        folder: Folder of the environment files.
        since: Branch, tag or commit.

    Raises:
        UnknownRefError: git does not know the reference, or the folder is not a git work tree.
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
            continue  # the environment was removed: there is nothing to check
        elif not _is_ignored(PurePosixPath(file)):
            return list(known)
    return sorted(changed)


def _is_ignored(file: PurePosixPath) -> bool:
    return file.parts[0] in _IGNORED_FOLDERS or file.suffix in _IGNORED_SUFFIXES


def _git(root: Path, since: str, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise UnknownRefError("git is not on the PATH", where=str(root), fix="install git or omit --since") from error
    if done.returncode:
        raise UnknownRefError(
            f"cannot compare HEAD with {since!r}: {done.stderr.strip() or 'no common history'}",
            where=str(root),
            fix="fetch the reference with its history (actions/checkout: fetch-depth: 0) or omit --since",
        )
    return done.stdout
