"""Finalizers of moto's classes, which would run on forged attributes when a document is rejected halfway."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from typing import Any, Final

_BUFFERS: Final = (tempfile.SpooledTemporaryFile, io.BytesIO)


def _close_buffer(key: Any) -> None:
    """Close the temporary file of an S3 object; no method of the object or of its attributes is called."""
    buffer = vars(key).get("_value_buffer")
    if type(buffer) in _BUFFERS:
        buffer.close()


def _release_nothing(_instance: Any) -> None:
    """Keep the private IP addresses of an EC2 instance: the subnet of the local cloud has enough."""


_REPLACED: Final[dict[str, Callable[[Any], None]]] = {
    "moto.s3.models:FakeKey": _close_buffer,
    "moto.ec2.models.instances:Instance": _release_nothing,
}


def replace_finalizer(kind: type) -> bool:
    """Replace the finalizer of a class by one that uses no forged attribute; False if there is none for the class."""
    finalizer = _REPLACED.get(f"{kind.__module__}:{kind.__qualname__}")
    if finalizer is None:
        return False
    if vars(kind).get("__del__") is not finalizer:
        type.__setattr__(kind, "__del__", finalizer)
    return True
