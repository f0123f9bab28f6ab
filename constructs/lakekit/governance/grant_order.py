"""Order of Lake Formation grants: one after the other in each stack."""

from __future__ import annotations

from typing import Final
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct
from lakekit.core.stack import LakehouseStack, stack_of

_LAST: Final[WeakKeyDictionary[LakehouseStack, Construct]] = WeakKeyDictionary()


def previous_grants(scope: Construct) -> list[Construct]:
    """The grant that a new one of the stack depends on: grants in parallel exceed Lake Formation's rate limit."""
    last = _LAST.get(stack_of(scope))
    return [last] if last is not None else []


def record_grant(scope: Construct, grant: Construct) -> None:
    """Make a grant the last one of its stack."""
    _LAST[stack_of(scope)] = grant
