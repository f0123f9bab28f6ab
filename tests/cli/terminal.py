"""A command in a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


class Terminal:
    """A command in a pseudo-terminal: its output, and key presses."""

    def __init__(self, arguments: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> None:
        self._raw = ""
        self._seen = 0
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(arguments[0], list(arguments), dict(environ))
        self._code: int | None = None

    @property
    def shown(self) -> str:
        """The output so far, without colours and cursor moves."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._raw)

    @property
    def raw(self) -> str:
        """The output so far, with all escape sequences."""
        return self._raw

    def expect(self, text: str, seconds: float = 40) -> None:
        """Wait until `text` appears after the last expected text."""
        end = time.monotonic() + seconds
        while text not in self.shown[self._seen :]:
            if not self._read(end):
                raise AssertionError(f"{text!r} was not shown:\n{self.shown}")
        self._seen = self.shown.index(text, self._seen) + len(text)

    def press(self, *keys: str) -> None:
        """Press keys one by one at typing speed: cdktf reads a burst as one unknown key."""
        for key in keys:
            time.sleep(0.5)
            os.write(self.descriptor, key.encode())

    def hang_up(self) -> None:
        """Close the terminal."""
        os.close(self.descriptor)

    def code(self, seconds: float = 120) -> int:
        """Wait for the command to end; return its exit code."""
        end = time.monotonic() + seconds
        while self._read(end):
            pass
        while self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f"still running:\n{self.shown}")
            else:
                time.sleep(0.05)
        return self._code

    def _read(self, end: float) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self._raw += data.decode(errors="replace")
        return bool(data)
