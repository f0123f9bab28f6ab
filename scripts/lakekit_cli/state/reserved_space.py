"""Disk space for the state of an apply, reserved before it starts.

On a full disk, Terraform can write neither the state nor `errored.tfstate`, and prints the state as its last resort. It
is written over the reserved blocks, which needs no free space.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode
from lakekit_policies.output_folder.errored_state import (
    FILE,
    FOLDER,
    RESERVED,
    contains_state,
    prior_suffix,
    workspace_suffix,
)
from lakekit_policies.output_folder.move import private_folder

MIB: Final = 1024 * 1024
MIN_BYTES: Final = 16 * MIB
_BLOCK: Final = bytes(MIB)


class SpaceNotReservedError(LakekitError):
    """There is no space for the state of an apply; nothing was applied."""

    exit_code = int(ExitCode.SETUP)


class ReservedSpace:
    """A file of a stack's errored states, as large as the state can become; a context manager that removes it."""

    def __init__(self, working: Path, data: Path, size: int = MIN_BYTES, *, prior_serial: int | None = None) -> None:
        """Describe the file.

        Args:
            working: Working directory of the stack.
            data: The data folder `.lakekit`.
            size: Bytes to reserve; at least 16 MiB.
            prior_serial: Serial of the state that is applied to; kept files of this run have it in their names.
        """
        self._folder = data / FOLDER / working.resolve().name
        run = f"{os.getpid()}-{secrets.token_hex(4)}{prior_suffix(prior_serial)}"
        self._file = self._folder / f"{RESERVED}{run}{workspace_suffix(working)}.tmp"
        self._size = max(size, MIN_BYTES)
        self._errored = working / FILE

    @property
    def damaged(self) -> Path:
        """The folder for files that are not complete; made with the reservation, because a folder needs space, too."""
        return self._folder / "damaged"

    def __enter__(self) -> Self:
        """Reserve the space.

        Raises:
            SpaceNotReservedError: There is not enough space, or the folder cannot be written.
        """
        try:
            self._reserve()
        except OSError as error:
            self._remove()
            raise SpaceNotReservedError(
                f"{self._size // MIB} MiB cannot be reserved for a state that Terraform can save nowhere else: "
                f"{error.strerror or error}. Nothing was applied.",
                where=str(self._folder),
                fix="free disk space and make the folder writable, then run the command again",
            ) from error
        except BaseException:
            self._remove()
            raise
        return self

    def _reserve(self) -> None:
        private_folder(self._folder.parent)
        private_folder(self._folder)
        private_folder(self.damaged)
        for left in self._folder.glob(f"{RESERVED}*"):
            # Of a run that was killed: one run of a stack is active at a time.
            if not contains_state(left):
                left.unlink(missing_ok=True)
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            _allocate(descriptor, self._size)
        finally:
            os.close(descriptor)
        # Terraform prints the state if it cannot write to this file, and nothing if it cannot create it (1.11,
        # internal/states/statemgr/filesystem.go).
        os.close(os.open(self._errored, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Release the space."""
        self._remove()

    def remove_empty_file(self) -> None:
        """Remove the `errored.tfstate` that Terraform has not written to."""
        with contextlib.suppress(OSError):
            if stat.S_ISREG((found := self._errored.lstat()).st_mode) and found.st_size == 0:
                self._errored.unlink()

    def _remove(self) -> None:
        self.remove_empty_file()
        with contextlib.suppress(OSError):
            if not contains_state(self._file):
                self._file.unlink(missing_ok=True)
        # The parent folder stays: other stacks may be using it.
        for folder in (self.damaged, self._folder):
            with contextlib.suppress(OSError):
                folder.rmdir()  # if it is empty

    def write(self, text: str, target: Path) -> Path:
        """Write a state over the reserved blocks and rename the file to `target`, which does not exist.

        Returns:
            The new path; that of the reserved file if it cannot be renamed.

        Raises:
            OSError: It cannot be written.
        """
        content = text.encode(errors="surrogateescape")
        descriptor = os.open(self._file, os.O_WRONLY)
        try:
            position = 0
            while position < len(content):
                position += os.pwrite(descriptor, content[position:], position)
            os.ftruncate(descriptor, len(content))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, 0)  # a part of a state is none
            raise
        finally:
            os.close(descriptor)
        try:
            return self._file if target.exists() else self._file.rename(target)
        except OSError:
            return self._file


def write_elsewhere(text: str, stack: str) -> Path | None:
    """Write a state outside of the project, where only this user can read it; None if that fails, too."""
    for folder in (tempfile.gettempdir(), "/dev/shm"):  # noqa: S108  # mkstemp makes a private file of a random name
        with contextlib.suppress(OSError):
            descriptor, name = tempfile.mkstemp(prefix=f"lakekit-{stack}-", suffix=".tfstate", dir=folder)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(text.encode(errors="surrogateescape"))
                    stream.flush()
                    os.fsync(stream.fileno())
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            return Path(name)
    return None


def _allocate(descriptor: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, size)
        return
    for _ in range(-(-size // len(_BLOCK))):
        os.write(descriptor, _BLOCK)
