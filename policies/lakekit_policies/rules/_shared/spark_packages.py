"""Packages that Spark, Flink and their like download from a Maven repository when a job starts.

https://spark.apache.org/docs/latest/submitting-applications.html#advanced-dependency-management,
https://docs.aws.amazon.com/managed-flink/latest/apiv2/API_MavenReference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.rules._shared.program_texts import program_texts

_SETTING: Final = "spark.jars.packages"
_COORDINATE: Final = r"[A-Za-z][\w.-]*:[\w.-]+:[\w.${}-]+"
_GIVEN: Final = re.compile(
    rf"(?:(?<![\w.-])spark\.jars\.packages[\"']?\s*[=:\s]\s{{0,9}}|(?<![\w-])--packages[=\s]\s{{0,9}})[\"']?"
    rf"({_COORDINATE}(?:,{_COORDINATE})*)"
)
_LISTED: Final = re.compile(_COORDINATE)


def downloaded_packages(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Path and coordinates of the packages that the arguments of a resource name."""
    for path, text in program_texts(arguments):
        if path.endswith(_SETTING):
            found = _LISTED.findall(text)
        else:
            found = [one for given in _GIVEN.findall(text) for one in _LISTED.findall(given)]
        yield from ((path, one) for one in found)
    yield from _references(arguments, "")


def _references(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Artifacts that Managed Flink loads: a group, an artifact and a version."""
    if isinstance(value, Mapping):
        if value.get("group_id") and value.get("artifact_id"):
            yield path, f"{value['group_id']}:{value['artifact_id']}:{value.get('version', '')}"
        for name, part in value.items():
            yield from _references(part, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for part in value:
            yield from _references(part, path)
