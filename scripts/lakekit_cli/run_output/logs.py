"""Logs of a run: one file per stack, and one of cdktf, readable by this user only."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

KEPT_RUNS = 20
"""Runs whose logs are kept."""

FOLDER = "logs"
CDKTF_LOG = "cdktf.log"


@dataclass(frozen=True)
class RunLogs:
    """Folder of the logs of one run.

    Attributes:
        folder: `.lakekit/logs/<time>-<command>-<environment>` of the project.
    """

    folder: Path

    @classmethod
    def create(cls, data: Path, name: str) -> RunLogs:
        """Create the folder and remove the logs of all but the last `KEPT_RUNS` runs.

        Args:
            data: Data folder of the project.
            name: Command and environment.
        """
        logs = data / FOLDER
        logs.mkdir(parents=True, exist_ok=True)
        logs.chmod(0o700)
        for old in sorted(folder for folder in logs.iterdir() if folder.is_dir())[: -(KEPT_RUNS - 1)]:
            shutil.rmtree(old, ignore_errors=True)
        folder = logs / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{name}"
        folder.mkdir(mode=0o700)
        return cls(folder)

    @property
    def cdktf(self) -> Path:
        """Output of cdktf itself."""
        return self.folder / CDKTF_LOG

    def stack(self, name: str) -> Path:
        """Log of a stack: output of Terraform and of the gate."""
        return self.folder / f"{name}.log"

    def open_cdktf(self) -> int:
        """Open the log of cdktf for writing; return its descriptor."""
        return os.open(self.cdktf, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def read_from(file: Path, offset: int) -> bytes:
    """Return the content of a log from an offset on; empty if it does not exist."""
    try:
        with file.open("rb") as stream:
            stream.seek(offset)
            return stream.read()
    except OSError:
        return b""


class Follower:
    """Read the complete lines that were appended to a log since the last call."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._offset = 0

    def lines(self) -> list[str]:
        """Return the new lines without line breaks."""
        data = read_from(self.file, self._offset)
        complete = data[: data.rfind(b"\n") + 1]
        self._offset += len(complete)
        return complete.decode(errors="replace").splitlines()
