"""Clean untrusted text for output: names, tags, statement ids, descriptions, addresses and reasons of waivers.

Terminals, browsers, code review pages and CI logs interpret some characters: escape sequences move the cursor,
bidirectional controls reorder text (CVE-2021-42574), invisible characters make different names look equal, and lines
such as `::error::` are commands for the runner of a pipeline. Every report and every line of the command line passes
through this module.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

_Data = TypeVar("_Data")

# Control, format, surrogate, private-use and unassigned characters; line and paragraph separators.
_UNSAFE_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
# Invisible characters of other categories: https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt,
# Default_Ignorable_Code_Point, and the blank Braille pattern.
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_STYLE: Final = re.compile(r"(\x1b\[(?:0|1|4|3[1-6]|90)m)")
"""Colours and weights of Terraform (ECMA-48, Select Graphic Rendition); others conceal text."""
_SPECIAL_IN_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&-])")
# Commands of GitHub Actions at the start of a line, and of Azure Pipelines and older runners anywhere:
# https://docs.github.com/actions/reference/workflow-commands-for-github-actions
_COMMAND_AT_START: Final = re.compile(r"(?<!\S)::(?=[A-Za-z_-])")
_COMMAND_ANYWHERE: Final = re.compile(r"##(?=[A-Za-z]*\[)")


def clean(text: str) -> str:
    r"""Return text as one line; unsafe characters are visible as `\u202e`, and spaces are collapsed."""
    return _disarm(" ".join(_visible(text).split()))


def clean_lines(text: str) -> str:
    """Return text with its line breaks and indentation; each line is safe as with `clean`."""
    return clean_styled(text.replace("\t", "    "), styled=False)


def clean_styled(text: str, *, styled: bool = True) -> str:
    """Return lines of Terraform; all is safe as with `clean_lines`, except its colours.

    Args:
        text: the lines.
        styled: whether Terraform prints colours; with `-no-color`, escape sequences can only be of values.
    """
    if not styled:
        return "\n".join(_disarm(_visible(line)) for line in text.replace("\r\n", "\n").split("\n"))
    parts = _STYLE.split(text.replace("\r\n", "\n"))
    return "".join(part if index % 2 else clean_styled(part, styled=False) for index, part in enumerate(parts))


def without_style(text: str) -> str:
    """Return lines of Terraform without its colours; the rest is safe as with `clean_lines`."""
    return clean_styled(_STYLE.sub("", text), styled=False)


def clean_json_line(line: str) -> str:
    """Return a line of JSON with the same values; unsafe characters, which can only be in strings, are JSON escapes."""
    if line.isascii():
        return line.replace("\x7f", "\\u007f")
    return "".join(json.dumps(one)[1:-1] if ord(one) > 0x7E and _is_unsafe(one) else one for one in line)


def clean_data(value: _Data) -> _Data:
    """Return a copy of a dataclass, mapping, list or tuple in which every text is `clean`."""
    return _cleaned(value)  # type: ignore[no-any-return]


def markdown(text: str) -> str:
    """Return text for a paragraph or a table cell of Markdown: no markup, HTML, link or mention takes effect."""
    escaped = _SPECIAL_IN_MARKDOWN.sub(r"\\\1", clean(text))
    for character, entity in (("\\&", "&amp;"), ("\\<", "&lt;"), ("\\>", "&gt;")):
        escaped = escaped.replace(character, entity)
    # A zero-width non-joiner keeps a name from being a mention.
    return escaped.replace("\\@", "@&zwnj;")


def markdown_code(text: str) -> str:
    """Return text for a code span in a table cell of Markdown; `-` if it is empty: two backticks open a span."""
    return clean(text).replace("`", "'").replace("|", "\\|") or "-"


def json_text(data: Any) -> str:
    """Return data as JSON whose values are exact and whose text is safe: unsafe characters are JSON escapes."""
    # `##` and DEL can only be inside strings.
    return json.dumps(data, indent=2).replace("##", "#\\u0023").replace("\x7f", "\\u007f")


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(character) if _is_unsafe(character) else character for character in text)


def _is_unsafe(character: str) -> bool:
    if character in "\n\r\t":
        return False
    return unicodedata.category(character) in _UNSAFE_CATEGORIES or _INVISIBLE.match(character) is not None


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _disarm(line: str) -> str:
    """Escape one character of a runner's command; `arn:aws:iam::1:role` and `::/0` stay as they are."""
    line = line.replace("\r", "\\x0d")
    return _COMMAND_ANYWHERE.sub(r"#\\x23", _COMMAND_AT_START.sub(r"\\x3a:", line))


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_cleaned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{item.name: _cleaned(getattr(value, item.name)) for item in fields(value) if item.init})
    return value
