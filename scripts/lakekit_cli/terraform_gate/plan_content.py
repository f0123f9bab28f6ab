"""Digest of what a plan file states, so that two plans can be compared without Terraform.

A plan file is a zip archive: the plan (`tfplan`, a protocol buffer message), the state before and after refreshing,
the configuration and the locked providers. Terraform writes the time and an arbitrary order of resources into it.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final

_PLAN: Final = "tfplan"
# terraform/internal/plans/planproto/planfile.proto, 1.11: `string timestamp = 21`.
_TIMESTAMP: Final = 21
_TIME: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_VARINT, _BYTES = 0, 2


def content_digest(file: bytes) -> str:
    """Return the digest of a plan file without its time and order; empty if the file has another form.

    Equal digests mean equal plans. Different ones need not differ in anything of importance.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            names = archive.namelist()
            entries = {name: archive.read(name) for name in names}
        fields = sorted(_fields(entries.pop(_PLAN)))
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, RuntimeError):
        return ""
    if len(names) != len(entries) + 1:
        return ""
    digest = hashlib.sha256()
    for name, content in [*sorted(entries.items()), *((str(number), content) for number, content in fields)]:
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each field of a message but its time (https://protobuf.dev/programming-guides/encoding/).

    Raises:
        IndexError: the message ends within a field.
        ValueError: a field has a type that plans do not use.
    """
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        number, kind = key >> 3, key & 7
        start = position
        value, position = _varint(message, position)
        if kind == _BYTES:
            start, position = position, position + value
            if position > len(message):
                raise IndexError(position)
        elif kind != _VARINT:
            raise ValueError(kind)
        content = message[start:position]
        if number != _TIMESTAMP or not _TIME.fullmatch(content):
            yield number, content


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position
