"""Which line of Python made a construct: recorded by the app in the stack's metadata, found again for findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from lakekit_policies.verdict import Finding


def attach(findings: Iterable[Finding], stack: str, configuration: Mapping[str, Any]) -> list[Finding]:
    """The findings of a stack, each with the line of its construct, or of the nearest one around it."""
    source_locations = _recorded(configuration)
    return (
        [replace(f, source=_location_of(f.path or stack, stack, source_locations)) for f in findings]
        if source_locations
        else [*findings]
    )


def _recorded(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    """Construct path below the stack ("" for the stack itself) to ``file:line``."""
    found: Any = configuration
    for key in ("//", "metadata", "lakekit", "source_locations"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _location_of(path: str, stack: str, source_locations: Mapping[str, str]) -> str:
    names = path.removeprefix(stack).strip("/").split("/")
    for end in range(len(names), -1, -1):
        if line := source_locations.get("/".join(names[:end])):
            return str(line)
    return ""
