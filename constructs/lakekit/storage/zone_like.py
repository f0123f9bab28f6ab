"""Zones as arguments: a zone, a reference or a name, resolved in one place."""

from __future__ import annotations

from typing import TypeAlias

from lakekit.bindings import Construct
from lakekit.core.references import shared_reference
from lakekit.errors import ConstructError
from lakekit.storage.zone import Zone
from lakekit.storage.zone_reference import ZoneReference, zone_settings

ZoneLike: TypeAlias = Zone | ZoneReference | str
"""A zone of this stack, a reference to one, or the name of a zone of the environment."""


def resolve_zone(scope: Construct, zone: ZoneLike) -> Zone | ZoneReference:
    """Return the zone itself, or for a name the one reference that the stack has for it.

    Args:
        scope: the construct that asks, named in the error.
        zone: see `ZoneLike`.

    Raises:
        ConstructError: the environment has no zone of that name, or `zone` is something else.
    """
    if isinstance(zone, Zone | ZoneReference):
        return zone
    if not isinstance(zone, str):
        raise ConstructError(
            scope,
            f"zone= is a {type(zone).__name__}, not a zone",
            fix="pass a Zone, Zone.from_name(…) or the name of a zone, such as `raw`",
        )
    zone_settings(scope, zone)
    return shared_reference(scope, ZoneReference, zone, lambda parent: ZoneReference(parent, f"Zone-{zone}", zone))
