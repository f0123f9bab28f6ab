"""What looks like a secret where everybody can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

NAMES: Final = re.compile(
    r"(?i)(?:^|[-_./])(password|passwd|pwd|secret|api[-_]?key|access[-_]?key|private[-_]?key|token|credentials?)$"
)
_SHAPES: Final = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}\b|://[^/\s:@]+:[^/\s@]+@"
)
# Where a secret is kept is no secret; neither is what is not known yet.
_ELSEWHERE: Final = re.compile(r"^(?:arn:aws[a-z-]*:secretsmanager:|secretsmanager:|\$\{)")


def is_secret(name: str, value: Any) -> bool:
    """Whether a named value is a secret by its name or by its shape."""
    text = str(value or "")
    return bool(_SHAPES.search(text) or (NAMES.search(name) and text and not _ELSEWHERE.match(text)))


def in_arguments(arguments: list[Any]) -> Iterator[str]:
    """The options of a command line that carry a secret: `--password x`, `--password=x`, or by shape."""
    for index, argument in enumerate(map(str, arguments)):
        name, equals, value = argument.partition("=")
        following = str(arguments[index + 1]) if index + 1 < len(arguments) else ""
        given = value if equals else "" if following.startswith("--") else following
        if is_secret(name, given) if argument.startswith("-") else is_secret("", argument):
            yield name if argument.startswith("-") else f"argument {index + 1}"
