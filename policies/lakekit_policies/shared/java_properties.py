"""Read Java properties files exactly as ``java.util.Properties.load(InputStream)`` does.

MSK and MSK Connect pass these files to Kafka, which loads them with that method: a reader that differs in one corner
approves a setting that the broker does not have. https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)

The package `javaproperties` 0.8.2 differs from Java 17 in 2 % of random files: it does not see the comment that follows
a line with nothing but a backslash, and drops the empty key of such a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_BLANKS: Final = " \t\f"
_LINE_ENDS: Final = "\r\n"
_ESCAPES: Final = {"t": "\t", "r": "\r", "n": "\n", "f": "\f"}
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|u|.)", re.DOTALL)


def parse_properties(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values in the order of the file; the last value of a key is the effective one.

    Args:
        text: the file; Java reads its UTF-8 bytes as ISO-8859-1.

    Raises:
        ValueError: Java cannot load the file (a malformed ``\\uXXXX`` escape).
    """
    for line in _logical_lines(text.encode("utf-8", "surrogatepass").decode("latin-1")):
        yield _key_and_value(line)


def load_properties(text: str) -> dict[str, str]:
    """The effective values of a properties file.

    Raises:
        ValueError: see :func:`parse_properties`.
    """
    return dict(parse_properties(text))


def _logical_lines(text: str) -> Iterator[str]:
    """Lines with their continuations; a comment is never continued, and blank lines are skipped."""
    line: list[str] = []
    escaped, leading, continued = False, True, False
    position, end = 0, len(text)
    while position < end:
        char = text[position]
        position += 1
        if leading:
            if char in _BLANKS or (not continued and char in _LINE_ENDS):
                continue
            leading = continued = False
        if not line and char in "#!":
            while position < end and text[position] not in _LINE_ENDS:
                position += 1
            leading = True
        elif char not in _LINE_ENDS:
            line.append(char)
            escaped = char == "\\" and not escaped
        elif not line:
            leading = True
        elif escaped and position < end:
            line.pop()
            escaped, leading, continued = False, True, True
            if char == "\r" and text[position] == "\n":
                position += 1
        else:
            yield "".join(line[:-1] if escaped else line)
            line, escaped, leading = [], False, True
    if line:
        yield "".join(line[:-1] if escaped else line)


def _key_and_value(line: str) -> tuple[str, str]:
    """Split at the first separator that is not escaped: `=`, `:` or blanks, with blanks around it."""
    length, escaped = 0, False
    while length < len(line) and (escaped or line[length] not in "=:" + _BLANKS):
        escaped = line[length] == "\\" and not escaped
        length += 1
    rest = line[length:].lstrip(_BLANKS)
    if rest[:1] in ("=", ":"):
        rest = rest[1:].lstrip(_BLANKS)
    return _unescape(line[:length]), _unescape(rest)


def _unescape(text: str) -> str:
    return _ESCAPE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    written = match[1]
    if written == "u":
        raise ValueError(f"malformed \\uXXXX escape: {match.string[match.start() : match.start() + 8]!r}")
    return chr(int(written[1:], 16)) if len(written) > 1 else _ESCAPES.get(written, written)
