"""The plan between evaluation and apply: a copy that cannot be changed, with its hash.

On Linux it is a sealed memory file: its content cannot be changed by any process, also not by its owner
(fcntl_linux, F_ADD_SEALS). Elsewhere it is a read-only file in a folder of this user, which is compared with the hash
before and after the apply.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Final, Self

STACK_ENTRY: Final = "tfconfig/m-/cdk.tf.json"
"""Path of the stack in a plan file, which is a ZIP archive (terraform/internal/plans/planfile, 1.11)."""


class PlanChangedError(Exception):
    """The plan is not the one that was sealed.

    Attributes:
        sha256: Hash of the plan that was found; empty if there is none.
    """

    def __init__(self, message: str, sha256: str = "") -> None:
        super().__init__(message)
        self.sha256: Final = sha256


class SealedPlan:
    """A copy of a plan file that stays as it is until it is closed.

    Attributes:
        path: Path for Terraform; child processes need `descriptor`.
        descriptor: Open file descriptor of the copy.
        sha256: Hash of the plan file.
        content: The plan file.
    """

    def __init__(self, content: bytes, folder: Path) -> None:
        """Copy a plan.

        Args:
            content: The plan file as Terraform has written it.
            folder: Private folder for the copy, if the system has no sealed memory files.
        """
        self.sha256: Final = hashlib.sha256(content).hexdigest()
        self.content: Final = content
        descriptor = _sealed_memory(content)
        self._file = None if descriptor is not None else folder / "sealed-plan"
        if self._file is not None:
            writer = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(writer, "wb") as stream:
                stream.write(content)
            descriptor = os.open(self._file, os.O_RDONLY)
        assert descriptor is not None  # noqa: S101  # for mypy
        self.descriptor: Final = descriptor
        self.path: Final = str(self._file or f"/proc/self/fd/{descriptor}")

    def verify(self) -> None:
        """Compare the copy with the hash.

        Raises:
            PlanChangedError: It was changed, replaced or removed.
        """
        try:
            found = [_read(self.descriptor)]
            if self._file is not None:
                # A replaced file has another inode than the open one.
                found.append(self._file.read_bytes())
        except OSError as error:
            raise PlanChangedError(f"cannot be read: {error.strerror or error}") from error
        for content in found:
            if (actual := hashlib.sha256(content).hexdigest()) != self.sha256:
                raise PlanChangedError(f"has the SHA-256 {actual}, and {self.sha256} was evaluated", actual)

    def configuration_sha256(self) -> str:
        """Hash of the `cdk.tf.json` that the plan was made from; empty if the plan file does not contain one."""
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                return hashlib.sha256(archive.read(STACK_ENTRY)).hexdigest()
        except (zipfile.BadZipFile, KeyError):
            return ""

    def save(self, target: Path) -> None:
        """Write the plan to a file, replacing it at once.

        Raises:
            OSError: It cannot be written.
        """
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(self.content)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Release the copy."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _sealed_memory(content: bytes) -> int | None:
    """Return a sealed memory file with this content; None if the system has none or does not list open files."""
    if not hasattr(os, "memfd_create"):
        return None
    import fcntl

    try:
        descriptor = os.memfd_create("lakekit-plan", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError:
        return None
    with os.fdopen(os.dup(descriptor), "wb") as stream:
        stream.write(content)
    seals = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE
    try:
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
    except OSError:
        os.close(descriptor)
        return None
    if not Path(f"/proc/self/fd/{descriptor}").exists():
        os.close(descriptor)
        return None
    return descriptor


def _read(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    content = bytearray()
    while len(content) < size:
        part = os.pread(descriptor, size - len(content), len(content))
        if not part:
            break
        content += part
    return bytes(content)
