"""Replace Terraform's hint to disable state locking: it is the last thing that a second run should do."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from lakekit_policies.shared.safe_text import clean

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
"""Colours of Terraform."""
_LOCK_ERROR = "Error acquiring the state lock"
_ERROR = re.compile(r"(?m)^\W*Error: (.*)$")
# The hint starts with the first and ends with the second text; Terraform wraps it at the width of the terminal.
_HINT = re.compile(
    r"(?m)^(?P<prefix>(?:\x1b\[[0-9;]*m|[^\w\n])*)Terraform acquires a state lock(?s:.)*?recommended\.[^\n]*$"
)
# The HTTP backend prints the lock that it has asked for (internal/backend/remote-state/http/client.go, 1.11).
_HTTP_HOLDER = re.compile(r"HTTP remote state already locked: ID=([\w-]+)")
_FIELD = r"(?m)^\W*{name}:\s+(\S.*?)\s*$"


@contextmanager
def captured() -> Iterator[int]:
    """Yield a file descriptor that keeps what Terraform writes to it.

    A file in memory: Terraform can write to it when the disk is full, and when this process has been killed. Writing
    to a pipe without reader would end Terraform before it has saved its state.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("terraform-output")
        try:
            yield descriptor
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryFile() as stream:
        yield stream.fileno()


def streams_logs(environ: Mapping[str, str]) -> bool:
    """Whether Terraform writes logs to its standard error while it runs."""
    return any(environ.get(name) for name in ("TF_LOG", "TF_LOG_CORE", "TF_LOG_PROVIDER"))


def read_all(descriptor: int) -> str:
    """Read what was written to a captured descriptor."""
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, size, 0).decode(errors="replace") if size else ""


def _is_first_error(plain: str) -> bool:
    first = _ERROR.search(plain)
    return first is not None and first[1].startswith(_LOCK_ERROR)


def without_hint(text: str, stack: str, before: str = "") -> str:
    """Replace the hint in Terraform's error by what to do.

    Args:
        text: Text with the hint.
        stack: Name of the stack.
        before: What Terraform has printed before it.
    """
    plain = ESCAPES.sub("", before + text)
    if not _is_first_error(plain):
        return text
    found = {name: re.search(_FIELD.format(name=name), plain) for name in ("ID", "Who", "Created")}
    who, created, lock = (match.group(1) if (match := found[name]) else "" for name in ("Who", "Created", "ID"))
    if (other := _HTTP_HOLDER.search(plain)) and other[1] != lock:
        who, created, lock = "", "", other[1]
    who, created = clean(who), clean(created)
    if "Lock Info:" in plain:
        lines = [
            f"Another run holds the state lock of {stack}" + (f": {who}, since {created}." if who else "."),
            "Wait until it has ended, then run the command again.",
        ]
    else:
        lines = [
            f"The state of {stack} cannot be locked. Resolve the error above, then run the command again.",
        ]
    if lock:
        lines += [
            "If its process no longer exists on that machine, release the lock in the folder of the stack:",
            f"  lakekit-terraform force-unlock {shlex.quote(clean(lock))}",
        ]

    def replaced(match: re.Match[str]) -> str:
        return "\n".join(f"{match['prefix']}{line}" for line in lines)

    return _HINT.sub(replaced, text)
