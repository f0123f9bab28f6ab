"""Texts that are encoded in other texts: base64, compressed or not, hexadecimal, percent and character escapes."""

from __future__ import annotations

import base64
import binascii
import html
import re
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4}){6,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_GZIP: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 1_048_576
"""User data takes 16 KiB; a compressed text is not expanded further than this."""
# A word of a text, of at least 18 encoded bytes; the alphabet of URLs too: https://www.rfc-editor.org/rfc/rfc4648#section-5
_TOKEN: Final = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}(?![A-Za-z0-9+/_-])")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2}){12,}")
_PERCENT: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_ENTITY: Final = re.compile(r"&#")
_MAX_UNQUOTED: Final = 4
"""Times that a text is percent-encoded."""


def decoded_text(text: str) -> str | None:
    """The text that a base64 text encodes; None if it is not base64, or not of a text."""
    compact = "".join(text.split())
    return _decoded(compact) if _BASE64.fullmatch(compact) else None


def unescaped(text: str) -> str:
    """A text without percent-encoding, escapes of JSON and references of HTML."""
    for _ in range(_MAX_UNQUOTED):
        if _PERCENT.search(text) is None:
            break
        text = unquote(text)
    if _ENTITY.search(text):
        text = html.unescape(text)
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), text) if "\\" in text else text


def hidden_texts(text: str) -> Iterator[str]:
    """The texts that words of a text encode in base64 or hexadecimal."""
    for token in _TOKEN.findall(text):
        if _HEX.fullmatch(token):
            found = _plain(bytes.fromhex(token))
        else:
            standard = token.replace("-", "+").replace("_", "/")
            found = _decoded(standard + "=" * (-len(standard) % 4))
        if found is not None:
            yield found


def _decoded(text: str) -> str | None:
    try:
        content = base64.b64decode(text, validate=True)
        if content.startswith(_GZIP):
            content = zlib.decompressobj(wbits=31).decompress(content, _MAX_BYTES)
    except (binascii.Error, zlib.error):
        return None
    return _plain(content)


def _plain(content: bytes) -> str | None:
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return decoded if decoded.isprintable() or "\n" in decoded else None
