"""Shell commands that run code from the network."""

from __future__ import annotations

import re
from typing import Final

_LOADER: Final = r"\b(?:curl|wget|aria2c|lynx|fetch)\b"
_NAME: Final = r"(?:(?:ba|z|da|k|a)?sh|(?:python|perl|ruby|node)[\d.]*)\b"
# `python -m json.tool` and `sh convert.sh` read data, not code, from the pipe.
_READS_DATA: Final = r"(?!\s+(?:-[cem]\b|[\w./$]))"
# A part of a command is searched for the first of two texts, then for the second: one expression for both would
# search for the second again after each occurrence of the first.
_LOADS: Final = re.compile(_LOADER)
_INTO_SHELL: Final = re.compile(rf"\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:[^\s|]*/)?(?:env\s+)?{_NAME}{_READS_DATA}")
_RUN: Final = re.compile(rf"(?:\beval|\bsource|(?<![\w/])\.|(?<![\w.-]){_NAME})\s")
_SUBSTITUTED: Final = re.compile(rf"(?:<\(|\$\(|`)\s*{_LOADER}")
_DEVICE: Final = re.compile(r"/dev/(?:tcp|udp)/")
_NETCAT: Final = re.compile(r"\b(?:nc|ncat|netcat)\s")
_EXECUTES: Final = re.compile(r"-[a-z]*[ec]\b")
_SOCAT: Final = re.compile(r"\bsocat\s")
_SOCAT_EXECUTES: Final = re.compile(r"(?:exec|EXEC|system|SYSTEM):")
_SEQUENCE: Final = re.compile(r"[;&\n]")
_PIPELINE: Final = re.compile(r"[;&|\n]")


def remote_code(command: str) -> str | None:
    """How a command runs code that it loads, or gives a shell to another host; None if it does neither.

    A file that is loaded and not run, such as ``curl -o data.json``, is not reported.
    """
    stages = _PIPELINE.split(command)
    if _DEVICE.search(command) or any(
        _follows(stage, _NETCAT, _EXECUTES) or _follows(stage, _SOCAT, _SOCAT_EXECUTES) for stage in stages
    ):
        return "connects a shell to a socket"
    if any(_follows(part, _LOADS, _INTO_SHELL) for part in _SEQUENCE.split(command)):
        return "runs code that it downloads"
    if any(_follows(stage, _RUN, _SUBSTITUTED) for stage in stages):
        return "runs code that it downloads"
    return None


def _follows(text: str, first: re.Pattern[str], second: re.Pattern[str]) -> bool:
    """Whether the second expression matches somewhere after the first match of the first one."""
    found = first.search(text)
    return found is not None and second.search(text, found.end()) is not None
