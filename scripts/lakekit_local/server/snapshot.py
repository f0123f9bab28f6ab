"""The whole cloud in one file: saved when things are quiet and on the way down, loaded on the way up.

The file is a line of JSON (format, versions, checksum) followed by a pickle. Locks, weak references, private keys
and spooled files need care; everything else in moto's backends is plain data.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import marshal
import os
import pickle
import tempfile
import threading
import weakref
from collections import defaultdict
from pathlib import Path
from types import FunctionType
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from moto import __version__ as moto_version
from moto import backends
from moto.core.base_backend import BackendDict

from lakekit.errors import LakekitError

FORMAT = 2

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)


# One overload per service is more than a type checker needs here.
_moto_backend: Any = backends.get_backend


class SnapshotError(LakekitError):
    """A snapshot that cannot be read back."""


def save(path: Path, extra: dict[str, Any]) -> int:
    """Write everything to ``path`` in one step (a kill in between leaves the old file) and return its size."""
    content = {"extra": extra, "backends": _collect(), "buckets": dict(_moto_backend("s3").bucket_accounts)}
    buffer = io.BytesIO()
    _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(content)
    payload = buffer.getvalue()
    header = {"format": FORMAT, "moto": moto_version, "sha256": hashlib.sha256(payload).hexdigest()}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".writing")
    with temporary.open("wb") as file:
        file.write(json.dumps(header).encode() + b"\n")
        file.write(payload)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return path.stat().st_size


def load(path: Path) -> dict[str, Any]:
    """Put the saved cloud back into moto and return what was saved beside it.

    Raises :class:`SnapshotError`, which names the file and the way out, when the file is damaged or of another
    version.
    """
    try:
        head, payload = path.read_bytes().split(b"\n", 1)
        header = json.loads(head)
        saved = (header["format"], header["moto"])
        if saved != (FORMAT, moto_version):
            now = f"this is format {FORMAT} with moto {moto_version}"
            raise _snapshot_error(path, f"saved in format {saved[0]} by moto {saved[1]}, and {now}")
        if hashlib.sha256(payload).hexdigest() != header["sha256"]:
            raise _snapshot_error(path, "damaged: its checksum does not match")
        content = pickle.loads(payload)  # noqa: S301  checksum of our own file verified above
        _restore(content["backends"])
        _moto_backend("s3").bucket_accounts.update(content["buckets"])
    except SnapshotError:
        raise
    except Exception as error:
        raise _snapshot_error(path, f"damaged: {type(error).__name__}: {error}") from error
    extra: dict[str, Any] = content["extra"]
    return extra


def _snapshot_error(path: Path, how: str) -> SnapshotError:
    return SnapshotError(
        f"the saved state of the local cloud is {how}",
        where=str(path),
        fix="lakekit local reset starts it, and the Terraform states of local stacks, from nothing",
    )


def _collect() -> dict[str, dict[str, dict[str, Any]]]:
    instances: list[Any] = vars(BackendDict)["_instances"]
    return {
        instance.service_name: {account: dict(regions) for account, regions in instance.items()}
        for instance in list(instances)
    }


def _restore(saved: dict[str, dict[str, dict[str, Any]]]) -> None:
    for service, accounts in saved.items():
        target = _backend_dict(service)
        for account, regions in accounts.items():
            place = target[account]
            for region, backend in regions.items():
                dict.__setitem__(place, region, backend)


def _backend_dict(service: str) -> Any:
    for name in (service, service.replace("-", "")):
        if name in backends.list_of_moto_modules():
            return _moto_backend(name)
    # A few backends carry a name that is not their module's.
    for name in backends.list_of_moto_modules():
        candidate = _moto_backend(name)
        if getattr(candidate, "service_name", None) == service:
            return candidate
    raise LookupError(f"moto has no service {service}")


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, _LOCKS):
            return (threading.Lock if isinstance(obj, _LOCKS[0]) else threading.RLock), ()
        if isinstance(obj, weakref.ref):
            return _StrongReference, (obj(),)
        if isinstance(obj, _KEYS):
            pem = obj.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            return _private_key, (pem,)
        if isinstance(obj, tempfile.SpooledTemporaryFile):
            position = obj.tell()
            obj.seek(0)
            content = obj.read()
            obj.seek(position)
            return _spooled, (content,)
        return _reduce_moto_object(obj)


def _reduce_moto_object(obj: Any) -> Any:
    """What is moto's own and pickle alone cannot make again."""
    if isinstance(obj, defaultdict) and type(obj) is not defaultdict:
        return _new_defaultdict, (type(obj), obj.default_factory), vars(obj), None, iter(obj.items())
    if isinstance(obj, FunctionType) and "<locals>" in obj.__qualname__ and obj.__closure__ is None:
        # Parameters of SSM and aliases of Lambda grow by a lambda that no import could find again.
        return _local_function, (obj.__module__, marshal.dumps(obj.__code__))
    return NotImplemented


class _StrongReference:
    """Stands for a weak reference read back: calling it gives the object."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def __call__(self) -> Any:
        return self.target


def _new_defaultdict(kind: type[Any], factory: Any) -> Any:
    """A defaultdict of moto's own, whose constructor wants what pickle does not know."""
    made: Any = defaultdict.__new__(kind)
    made.default_factory = factory
    return made


def _local_function(module: str, code: bytes) -> Any:
    return FunctionType(marshal.loads(code), vars(importlib.import_module(module)))  # noqa: S302  of our own file


def _private_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)


def _spooled(content: bytes) -> Any:
    file = tempfile.SpooledTemporaryFile(512 * 1024)  # noqa: SIM115  moto closes it with its object
    file.write(content)
    return file
