"""An advisory lock of a file that its holder's end releases, even by a crash (flock)."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from pathlib import Path
from typing import Final

from lakekit_policies.run_lock.holder import Holder
from lakekit_policies.shared.regular_file import read_regular_text

_INTERVAL: Final = 0.1


class RunLockedError(Exception):
    """Another run holds the lock.

    Attributes:
        problem: what is locked, by whom and since when.
        fix: what to do.
    """

    def __init__(self, problem: str, fix: str) -> None:
        self.problem = problem
        self.fix = fix
        super().__init__(f"{problem}\nFix: {fix}")


class RunLock:
    """A lock file.

    Args:
        file: the file; it stays after the lock is released.
        what: what it protects, for messages.
    """

    def __init__(self, file: Path, what: str) -> None:
        self.file: Final = file
        self.what: Final = what
        self._descriptor = -1
        self._holder: Holder | None = None

    def acquire(self, holder: Holder, *, wait: float = 0.0, wait_for_short: float = 0.0) -> None:
        """Take the lock.

        Args:
            holder: this run.
            wait: seconds to wait for any other run.
            wait_for_short: seconds to wait for a run that holds the lock for seconds only.

        Raises:
            RunLockedError: another run holds the lock.
            OSError: the file cannot be created.
        """
        start = time.monotonic()
        while not self._try():
            other = self.holder()
            limit = max(wait, wait_for_short) if other is not None and other.short else wait
            if time.monotonic() - start >= limit:
                raise self.error(other)
            time.sleep(_INTERVAL)
        self._write(holder)

    def note_child(self, pid: int) -> None:
        """Note a process that this run has started: the lock stays in force until it ends, even without this run."""
        if self._holder is not None:
            self._write(self._holder.with_child(pid))

    def release(self) -> None:
        """Release the lock."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def held_by(self, token: str) -> bool:
        """Whether a run with this token holds the lock now."""
        holder = self.holder()
        return bool(token) and holder is not None and holder.token == token and self.is_held()

    def is_held(self) -> bool:
        """Whether any run holds the lock now."""
        if not self.file.exists():
            return False
        if self._try():
            self.release()
            return False
        return True

    def holder(self) -> Holder | None:
        """Return who holds the lock, or held it last; None if unknown."""
        try:
            return Holder.parse(read_regular_text(self.file))
        except (OSError, UnicodeDecodeError):
            return None

    def error(self, other: Holder | None) -> RunLockedError:
        """Return the error for a lock held by another run."""
        who = other.description if other else "another run"
        return RunLockedError(
            f"{self.what} is in use by {who}",
            "wait until that run has ended, then run the command again; the lock ends with its process"
            + (f" and with process {other.child}, which it has started" if other and other.child_is_running else ""),
        )

    def _try(self) -> bool:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        while True:
            descriptor = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                self._require_regular(descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                return False
            except OSError:
                os.close(descriptor)
                raise
            if self._is_current(descriptor):
                previous = self.holder()
                if previous is not None and previous.child_is_running:
                    os.close(descriptor)
                    return False
                self._descriptor = descriptor
                return True
            # The file was removed in between: a lock on it has no effect.
            os.close(descriptor)

    def _write(self, holder: Holder) -> None:
        self._holder = holder
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, holder.text.encode(), 0)

    def _require_regular(self, descriptor: int) -> None:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "the lock is not a regular file; remove it", str(self.file))

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self.file.stat())
        except FileNotFoundError:
            return False
