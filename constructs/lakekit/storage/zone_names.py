"""The words of the lake's names, for whoever makes a zone and whoever only refers to it."""

from __future__ import annotations

from lakekit.environment import KeyScope


def zone_name_parts(zone: str) -> tuple[str, ...]:
    """The words of a zone's bucket."""
    return ("lake", zone)


def key_name_parts(scope: KeyScope, zone: str) -> tuple[str, ...]:
    """The words of the alias of the key that encrypts a zone."""
    return ("lake",) if scope is KeyScope.PER_LAKE else zone_name_parts(zone)
