"""Read the values of settings as Java reads them."""

from __future__ import annotations

from typing import Final

_TRIMMED: Final = "".join(map(chr, range(ord(" ") + 1)))


def trim(text: str) -> str:
    """``String.trim``: without the characters up to U+0020 at both ends; U+00A0 and other blanks stay.

    Kafka trims settings before it parses them (``ConfigDef.parseType``).
    """
    return text.strip(_TRIMMED)


def parse_boolean(text: str) -> bool:
    """``Boolean.parseBoolean``: whether the text is `true` in any case, without blanks around it."""
    return text.lower() == "true"
