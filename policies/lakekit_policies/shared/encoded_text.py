"""Texts that are encoded in base64, compressed or not, such as the user data of instances."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_GZIP: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 1_048_576
"""User data takes 16 KiB; a compressed text is not expanded further than this."""


def decoded_text(text: str) -> str | None:
    """The text that a base64 text encodes; None if it is not base64, or not of a text."""
    compact = "".join(text.split())
    if not _BASE64.fullmatch(compact):
        return None
    try:
        content = base64.b64decode(compact, validate=True)
        if content.startswith(_GZIP):
            content = zlib.decompressobj(wbits=31).decompress(content, _MAX_BYTES)
        decoded = content.decode("utf-8")
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return None
    return decoded if decoded.isprintable() or "\n" in decoded else None
