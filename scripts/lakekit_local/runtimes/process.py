"""Processes of engines, which end with the local cloud, however it ends: it holds the pipe of their standard input."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_SECONDS_TO_END: Final = 15.0


@dataclass
class Supervised:
    """A process of an engine.

    Attributes:
        process: the process.
        log: file of its output.
    """

    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, command: Sequence[str], environ: Mapping[str, str], log: Path) -> Supervised:
        """Start a process; its output is appended to a file.

        Raises:
            OSError: it cannot be started.
        """
        with log.open("ab") as output:
            process = subprocess.Popen(
                list(command), stdin=subprocess.PIPE, stdout=output, stderr=output, env=dict(environ),
                start_new_session=True,
            )  # fmt: skip
        return cls(process, log)

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Ask it to end, without waiting."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def stop(self) -> None:
        """End it; kill it if it does not end."""
        self.ask_to_end()
        try:
            self.process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_error(self) -> str:
        """The last lines of its output."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").strip().splitlines()
            return " / ".join(lines[-3:])
        return ""
