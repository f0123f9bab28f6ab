"""The commit of a project."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Commit:
    """The commit that is checked out.

    Attributes:
        sha: Hash of the commit; empty outside of a git repository.
        dirty: Whether there are uncommitted changes in the project; None without a commit.
    """

    sha: str = ""
    dirty: bool | None = None

    def __str__(self) -> str:
        return f"{self.sha} with uncommitted changes" if self.dirty else self.sha


def current_commit(root: Path) -> Commit:
    """Return the commit of a project folder."""
    try:
        sha = _git(root, "rev-parse", "HEAD")
        return Commit(sha, bool(_git(root, "status", "--porcelain", "--", "."))) if sha else Commit()
    except (OSError, subprocess.TimeoutExpired):
        return Commit()


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=False, timeout=10
    )  # fmt: skip
    return done.stdout.strip() if done.returncode == 0 else ""
