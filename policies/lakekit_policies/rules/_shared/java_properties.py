"""Java properties files, as resources carry them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_LINE: Final = re.compile(r"\s*([^#!\s=:][^\s=:]*)\s*[=:\s]\s*(\S.*)")


def parse_properties(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values as Java reads them: `=`, `:` or a blank between them, `#` and `!` for comments."""
    for line in re.sub(r"\\\r?\n\s*", "", text).splitlines():
        found = _LINE.match(line)
        if found:
            yield found[1].replace("\\", ""), found[2].strip()
