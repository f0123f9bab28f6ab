"""Order of Lake Formation grants: one after the other in each stack, after the locations that it registers."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct
from lakekit.core.stack import LakehouseStack, stack_of

_LAST: Final[WeakKeyDictionary[LakehouseStack, list[Construct]]] = WeakKeyDictionary()


def previous_grants(scope: Construct) -> list[Construct]:
    """What a new grant of the stack depends on: grants in parallel exceed Lake Formation's rate limit."""
    return list(_LAST.get(stack_of(scope), ()))


def record_grant(scope: Construct, grant: Construct) -> None:
    """Make a grant the last one of its stack."""
    _LAST[stack_of(scope)] = [grant]


def record_locations(scope: Construct, locations: Construct) -> None:
    """Make later grants of the stack depend on registered locations too.

    A grant on a data location fails before the location is registered (Lake Formation developer guide, "Granting data
    location permissions").
    """
    _LAST.setdefault(stack_of(scope), []).append(locations)
