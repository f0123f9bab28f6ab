"""Attach source locations to findings: the line of Python that created a construct, from the stack's metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from lakekit_policies.verdict import Finding


def attach(findings: Iterable[Finding], stack: str, source_locations: Mapping[str, str]) -> list[Finding]:
    """Add to each finding of a stack the line of its construct, or of the nearest enclosing one.

    Args:
        findings: of one stack.
        stack: its name.
        source_locations: those of its metadata.
    """
    return (
        [replace(f, source=_location_of(f.path or stack, stack, source_locations)) for f in findings]
        if source_locations
        else [*findings]
    )


def _location_of(path: str, stack: str, source_locations: Mapping[str, str]) -> str:
    names = path.removeprefix(stack).strip("/").split("/")
    for end in range(len(names), -1, -1):
        if line := source_locations.get("/".join(names[:end])):
            return line
    return ""
