"""Parser of Java properties files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LINE: Final = re.compile(r"\s*([^#!\s=:][^\s=:]*)\s*[=:\s]\s*(\S.*)")


def parse_properties(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values of a properties file: separated by `=`, `:` or whitespace; `#` and `!` start comments."""
    for line in re.sub(r"\\\r?\n\s*", "", text).splitlines():
        match = _LINE.match(line)
        if match:
            yield match[1].replace("\\", ""), match[2].strip()
