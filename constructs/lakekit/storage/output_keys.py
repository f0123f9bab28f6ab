"""Roles whose engine encrypts every file with one key, whatever zone it writes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct
from lakekit.errors import ConstructError
from lakekit.iam import Role, RoleReference


@dataclass(frozen=True, slots=True)
class OutputKey:
    """The key that an engine sends with the files of a role.

    Attributes:
        writer: the engine's job, for messages.
        zone: the zone whose key it is.
        alias: alias of the key.
        fix: how to choose the key of the zone `{zone}`.
    """

    writer: str
    zone: str
    alias: str
    fix: str


_KEYS: Final[WeakKeyDictionary[Role | RoleReference, OutputKey]] = WeakKeyDictionary()


def set_output_key(role: Role, key: OutputKey) -> None:
    """Make the key of a role's files known to the grants of zones."""
    _KEYS[role] = key


def check_output_key(scope: Construct, role: Role | RoleReference, *, zone: str, alias: str) -> None:
    """Reject a grant to write files that the bucket of the zone would refuse.

    The bucket policy of a zone denies every key but its own.

    Raises:
        ConstructError: the role's engine encrypts with the key of another zone.
    """
    key = _KEYS.get(role)
    if key is not None and key.alias != alias:
        raise ConstructError(
            scope,
            f"{key.writer} encrypts its files with {key.alias}, the key of zone {key.zone}; the bucket of zone {zone} "
            f"accepts {alias} only",
            fix=key.fix.format(zone=zone),
        )
