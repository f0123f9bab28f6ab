"""Access levels of IAM actions (AWS Service Authorization Reference, see ``generate_access_levels.py``)."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib import resources
from typing import Final

from lakekit_policies import wildcards

PERMISSIONS: Final = "permissions"
"""Level of actions that grant or change permissions."""
CHANGES: Final = ("write", "tagging", PERMISSIONS)
"""Levels of actions that change something: all except Read and List."""


@cache
def actions(service: str, *levels: str) -> frozenset[str]:
    """Actions of a service with one of these levels, as ``s3:putobject``."""
    by_level = _reference().get(service, {})
    return frozenset(f"{service}:{name}" for level in levels for name in by_level.get(level, "").split())


@cache
def every(level: str) -> frozenset[str]:
    """Actions of all services with a level."""
    return frozenset().union(*(actions(service, level) for service in _reference()))


@lru_cache(maxsize=4096)
def matching(pattern: str, *levels: str) -> tuple[str, ...]:
    """Actions with one of these levels that a pattern of one service in lower case stands for, sorted."""
    found = actions(pattern.partition(":")[0], *levels)
    if not wildcards.has_wildcards(pattern):
        return (pattern,) if pattern in found else ()
    return tuple(sorted(action for action in found if wildcards.matches(pattern, action)))


@cache
def _reference() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("access_levels.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found
