"""Save the whole state to one file when the server is idle and at shutdown; load it at start.

The file is a line of JSON (format, versions, checksum) followed by a pickle. Locks, weak references, private keys
and spooled files need special handling; everything else in moto's backends is plain data.
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


# Any, because get_backend has one overload per service.
_moto_backend: Any = backends.get_backend


class SnapshotError(LakekitError):
    """A snapshot that cannot be loaded."""


def save(path: Path, extra: dict[str, Any]) -> int:
    """Write the state to ``path`` atomically (a killed process leaves the old file) and return its size."""
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
    """Restore moto's backends and return the other saved data.

    Raises:
    SnapshotError: The file is damaged or of another version.
    """
    try:
        head, payload = path.read_bytes().split(b"\n", 1)
        header = json.loads(head)
        saved = (header["format"], header["moto"])
        if saved != (FORMAT, moto_version):
            needed = f"format {FORMAT} of moto {moto_version} is required"
            raise _snapshot_error(path, f"in format {saved[0]} of moto {saved[1]}, but {needed}")
        if hashlib.sha256(payload).hexdigest() != header["sha256"]:
            raise _snapshot_error(path, "damaged: its checksum does not match")
        content = pickle.loads(payload)  # noqa: S301  written by this program, checksum verified above
        _restore(content["backends"])
        _moto_backend("s3").bucket_accounts.update(content["buckets"])
    except SnapshotError:
        raise
    except Exception as error:
        raise _snapshot_error(path, f"damaged: {type(error).__name__}: {error}") from error
    extra: dict[str, Any] = content["extra"]
    return extra


def _snapshot_error(path: Path, problem: str) -> SnapshotError:
    return SnapshotError(
        f"the saved state of the local cloud is {problem}",
        where=str(path),
        fix="lakekit local reset deletes it and the Terraform state of local stacks",
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
            by_region = target[account]
            for region, backend in regions.items():
                dict.__setitem__(by_region, region, backend)


def _backend_dict(service: str) -> Any:
    for name in (service, service.replace("-", "")):
        if name in backends.list_of_moto_modules():
            return _moto_backend(name)
    # The name of a few backends differs from that of their module.
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
    """Reduce moto's objects that pickle alone cannot recreate."""
    if isinstance(obj, defaultdict) and type(obj) is not defaultdict:
        return _new_defaultdict, (type(obj), obj.default_factory), vars(obj), None, iter(obj.items())
    if isinstance(obj, FunctionType) and "<locals>" in obj.__qualname__ and obj.__closure__ is None:
        # SSM parameters and Lambda aliases contain lambdas that cannot be imported.
        return _local_function, (obj.__module__, marshal.dumps(obj.__code__))
    return NotImplemented


class _StrongReference:
    """Replaces a weak reference after loading: calling it returns the object."""

    def __init__(self, target: Any) -> None:
        self.target = target

    def __call__(self) -> Any:
        return self.target


def _new_defaultdict(kind: type[Any], factory: Any) -> Any:
    """Create a defaultdict subclass of moto without calling its constructor, whose arguments pickle does not know."""
    created: Any = defaultdict.__new__(kind)
    created.default_factory = factory
    return created


def _local_function(module: str, code: bytes) -> Any:
    return FunctionType(marshal.loads(code), vars(importlib.import_module(module)))  # noqa: S302  written by this program


def _private_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)


def _spooled(content: bytes) -> Any:
    file = tempfile.SpooledTemporaryFile(512 * 1024)  # noqa: SIM115  moto closes it with its object
    file.write(content)
    return file
