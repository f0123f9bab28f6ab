"""Shell commands that run code from the network."""

from __future__ import annotations

import re
from typing import Final

_LOADER: Final = r"\b(?:curl|wget|aria2c|lynx|fetch)\b"
_SHELL: Final = r"(?:sudo\s+(?:-\S+\s+)*)?(?:\S*/)?(?:env\s+)?(?:(?:ba|z|da|k|a)?sh|(?:python|perl|ruby|node)[\d.]*)\b"
# `python -m json.tool` and `sh convert.sh` read data, not code, from the pipe.
_READS_DATA: Final = r"(?!\s+(?:-[cem]\b|[\w./$]))"
_PIPED: Final = re.compile(rf"{_LOADER}[^;&\n]*?\|\s*(?:[^;&\n]*\|\s*)?{_SHELL}{_READS_DATA}")
_RUN: Final = rf"(?:\beval\b|\bsource\b|(?<![\w/])\.|{_SHELL})"
_SUBSTITUTED: Final = re.compile(rf"{_RUN}\s[^;&|\n]*?(?:<\(|\$\(|`)\s*{_LOADER}")
_SOCKET: Final = re.compile(
    r"/dev/(?:tcp|udp)/|\b(?:nc|ncat|netcat)\s[^;&|\n]*-[a-z]*[ec]\b|\bsocat\s[^;&|\n]*(?:exec|EXEC|system|SYSTEM):"
)


def remote_code(command: str) -> str | None:
    """How a command runs code that it loads, or gives a shell to another host; None if it does neither.

    A file that is loaded and not run, such as ``curl -o data.json``, is not reported.
    """
    if _SOCKET.search(command):
        return "connects a shell to a socket"
    if _PIPED.search(command) or _SUBSTITUTED.search(command):
        return "runs code that it downloads"
    return None
