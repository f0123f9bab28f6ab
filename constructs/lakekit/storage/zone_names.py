"""Short names of the buckets and keys of zones."""

from __future__ import annotations

from lakekit.environment import KeyScope


def zone_bucket(zone: str) -> str:
    """Return the short name of a zone's bucket."""
    return f"lake-{zone}"


def zone_key(scope: KeyScope, zone: str) -> str:
    """Return the short name of the key that encrypts a zone: one for the lake, or one for each zone."""
    return "lake" if scope is KeyScope.PER_LAKE else zone_bucket(zone)
