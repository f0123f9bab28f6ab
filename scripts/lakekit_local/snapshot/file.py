"""Save the whole state to one file when the server is idle and at shutdown; load it at start.

The file is a line of JSON (format, version of moto, authentication code) followed by the state as one JSON document.
A file is decoded only if its code was made with the key of this user (:mod:`lakekit_local.snapshot.key`). Decoding
executes nothing of what the file says: see :mod:`lakekit_local.snapshot.allowed`.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import hmac
import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Final

from moto import __version__ as moto_version

from lakekit_local.snapshot import moto_state
from lakekit_local.snapshot.decoder import decode
from lakekit_local.snapshot.encoder import encode
from lakekit_local.snapshot.errors import InvalidContentError, SnapshotError, UnsupportedStateError
from lakekit_local.snapshot.key import create_key, key_file, read_key
from lakekit_local.snapshot.plain import require_dictionary, require_plain
from lakekit_policies.shared.regular_file import read_regular_bytes

FORMAT: Final = 4
FILE_NAME: Final = "snapshot.json"
_PICKLE_NAME: Final = "snapshot.pickle"
"""Snapshots up to format 2, which are never read: loading a pickle executes what it says."""


def save(path: Path, extra: dict[str, Any]) -> int:
    """Write the state to ``path`` and return its size in bytes.

    The file is private (mode 0600) and replaced atomically: a killed process, a full disk or state that cannot be
    saved leave the old one.

    Raises:
        UnsupportedStateError: A service holds an object that the format does not support.
        OSError: The file or the key cannot be written.
    """
    key = create_key()
    with _no_garbage_collection():
        payload = json.dumps(encode({"extra": extra, **moto_state.collect()}), separators=(",", ":")).encode("ascii")
    try:
        require_plain(extra, "the state of the local cloud")
    except InvalidContentError as error:
        raise UnsupportedStateError(str(error)) from error
    header = {"format": FORMAT, "moto": moto_version, "hmac": _code(key, payload)}
    temporary = path.with_suffix(".writing")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(json.dumps(header).encode("ascii") + b"\n")
        file.write(payload)
        file.flush()
        os.fsync(descriptor)
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path.stat().st_size


def load(path: Path, required: Collection[str] = ()) -> dict[str, Any] | None:
    """Restore moto's backends and return the other saved data; None if there is no snapshot.

    Args:
        path: The snapshot.
        required: Keys of the other saved data; a snapshot without one of them is damaged.

    Raises:
        SnapshotError: The file is damaged or of another version. The state of the process is unchanged.
    """
    if not path.exists():
        _reject_pickle(path.with_name(_PICKLE_NAME))
        return None
    try:
        head, _, payload = read_regular_bytes(path).partition(b"\n")
        header = json.loads(head)
        saved = (header["format"], header["moto"])
        if saved != (FORMAT, moto_version):
            needed = f"format {FORMAT} of moto {moto_version} is required"
            raise _snapshot_error(path, f"in format {saved[0]} of moto {saved[1]}, but {needed}")
        _authenticate(path, payload, str(header["hmac"]))
        with _no_garbage_collection():
            content = require_dictionary(decode(json.loads(payload)), "the snapshot")
        extra = require_dictionary(content["extra"], "the state of the local cloud")
        require_plain(extra, "the state of the local cloud")
        if missing := sorted(set(required) - set(extra)):
            raise _snapshot_error(path, f"damaged: it has no {', '.join(missing)}")
        moto_state.restore(content)
    except SnapshotError:
        raise
    except OSError as error:
        raise _snapshot_error(path, f"not readable: {error.strerror}") from error
    except Exception as error:
        raise _snapshot_error(path, f"damaged: {type(error).__name__}: {error}") from error
    return extra


def _code(key: bytes, payload: bytes) -> str:
    """The version is authenticated, too: a file cannot be given to another decoder."""
    prefix = f"{FORMAT} {moto_version}\n".encode()
    return hmac.new(key, prefix + payload, hashlib.sha256).hexdigest()


def _authenticate(path: Path, payload: bytes, code: str) -> None:
    try:
        key = read_key()
    except OSError as error:
        raise _snapshot_error(path, f"not authenticated: {key_file()}: {error.strerror}") from error
    if key is None or not hmac.compare_digest(_code(key, payload), code):
        raise _snapshot_error(
            path, f"damaged, or was not saved by this user on this machine: {key_file()} does not authenticate it"
        )


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Pause the collector, which takes half of the time while many objects are created and none is garbage."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _reject_pickle(path: Path) -> None:
    if path.exists():
        raise SnapshotError(
            "the saved state of the local cloud is a pickle of an earlier version, which is not loaded because a "
            "pickle can execute code",
            where=str(path),
            fix="lakekit local reset deletes it and the Terraform state of local stacks; then lakekit deploy local "
            "creates the resources again",
        )


def _snapshot_error(path: Path, problem: str) -> SnapshotError:
    return SnapshotError(
        f"the saved state of the local cloud is {problem}",
        where=str(path),
        fix="lakekit local reset deletes it and the Terraform state of local stacks",
    )


__all__ = ["FILE_NAME", "SnapshotError", "UnsupportedStateError", "load", "save"]
