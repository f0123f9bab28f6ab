"""Named values in XML: elements, properties of Hadoop, settings of .NET."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_VALUE: Final = r"(?:([^<>]*)|\s*<!\[CDATA\[(.{0,2000}?)\]\]>\s*)"
_ELEMENT: Final = re.compile(rf"<(?:[\w-]+:)?([A-Za-z][\w.-]*)(?:\s[^<>]*)?>{_VALUE}</(?:[\w-]+:)?\1\s*>", re.DOTALL)
# https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-common/ClusterSetup.html
_PROPERTY: Final = re.compile(rf"<(?:name|key)>([^<>]*)</(?:name|key)>\s*<value>{_VALUE}</value>", re.DOTALL)
# https://learn.microsoft.com/dotnet/framework/configure-apps/file-schema/appsettings/
_SETTING: Final = re.compile(r"""\b(?:key|name)\s*=\s*(["'])([^"'<>]*)\1\s+value\s*=\s*(["'])([^"'<>]*)\3""")


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of every element and setting; nothing for texts without markup."""
    if "<" not in text or ">" not in text:
        return
    for name, plain, quoted in (*_ELEMENT.findall(text), *_PROPERTY.findall(text)):
        yield name.strip(), (plain or quoted).strip()
    yield from ((name, value) for _, name, _, value in _SETTING.findall(text))
