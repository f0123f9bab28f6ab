"""Messages of the cdktf CLI without what its logger and its progress display add."""

from __future__ import annotations

import re

# `[2026-11-28T05:20:11.123] [ERROR] default - ERROR: …`: log4js, and the level again in cdktf's own text.
_LOGGER = re.compile(r"^(?:\[[^\]]*\] )*\[(?:ERROR|WARN|INFO)\] \w+ - (?:ERROR: )?")
# Frames of the spinner: Braille patterns.
_SPINNER = re.compile(r"^[\u2800-\u28ff]\s")


def messages_of(text: str) -> list[str]:
    """Return the lines of a log that say something, without logger prefixes and frames of the spinner."""
    lines = (_LOGGER.sub("", line.rstrip()) for line in text.splitlines())
    return [line for line in lines if line and not _SPINNER.match(line)]
