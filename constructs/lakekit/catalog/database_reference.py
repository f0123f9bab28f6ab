"""References to Glue databases that another stack creates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol
from weakref import WeakKeyDictionary

from lakekit.bindings import Construct
from lakekit.catalog.database_access import DatabaseAccess, grant_database_access
from lakekit.core.stack import environment_of, stack_of
from lakekit.errors import ConstructError
from lakekit.governance.effective_access import default_classification
from lakekit.storage import Zone, ZoneLike, ZoneReference, resolve_zone

if TYPE_CHECKING:
    from constructs import IConstruct

    from lakekit.iam import Grantee


class _KnownDatabase(Protocol):
    @property
    def zone(self) -> Zone | ZoneReference: ...

    @property
    def tags(self) -> Mapping[str, str]: ...


_CREATED: Final[WeakKeyDictionary[IConstruct, dict[tuple[str, str], _KnownDatabase]]] = WeakKeyDictionary()


def register_database(scope: Construct, name: str, database: _KnownDatabase) -> None:
    """Make a database known to the references of its app.

    Args:
        scope: the database's construct.
        name: its short name.
        database: the database.
    """
    _CREATED.setdefault(stack_of(scope).app, {})[environment_of(scope).name, name] = database


class DatabaseReference(Construct):
    """A database that another stack creates; `Database.from_name` returns one.

    The name is that of a zone that holds tables, of a database created earlier in the same app, or, with `zone`, of
    a database that another app creates.

    Args:
        scope: parent of the reference.
        id: PascalCase id.
        name: kebab-case name of the database, such as `curated`.
        zone: the zone it lives in; the zone of the same name by default.
        domain: LF-tag `domain` of the database; the first of the environment's domains by default.
        classification: LF-tag `classification` of the database; the zone's by default.

    Attributes:
        short_name: the kebab-case name.
        name: the physical name, a literal.
        zone: the zone.
        location: `s3://<bucket>/<database>/`.
        tags: the LF-tags by key.

    Raises:
        ConstructError: the environment has no database of that name, or its zone holds no tables.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        name: str,
        *,
        zone: ZoneLike | None = None,
        domain: str | None = None,
        classification: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        created = _CREATED.get(stack_of(self).app, {}).get((environment.name, name))
        if created is None and zone is None:
            check_database_name(self, name)
        self.short_name: Final = name
        self.zone: Final[Zone | ZoneReference] = resolve_zone(self, zone or (created.zone.name if created else name))
        check_holds_tables(self, self.zone)
        self.name: Final = environment.names.database(name)
        self.location: Final = f"{self.zone.location}{name}/"
        known = created.tags if created else {}
        self.tags: Final[Mapping[str, str]] = {
            "zone": self.zone.name,
            "domain": domain or known.get("domain") or environment.governance.domains[0],
            "classification": default_classification(self.zone.settings, classification or known.get("classification")),
        }

    def grant_read(
        self, grantee: Grantee, *, domains: Sequence[str] = (), classifications: Sequence[str] = ()
    ) -> DatabaseAccess:
        """See `Database.grant_read`."""
        return grant_database_access(self, self, grantee, domains=domains, classifications=classifications, write=False)

    def grant_write(
        self, grantee: Grantee, *, domains: Sequence[str] = (), classifications: Sequence[str] = ()
    ) -> DatabaseAccess:
        """See `Database.grant_write`."""
        return grant_database_access(self, self, grantee, domains=domains, classifications=classifications, write=True)


def check_database_name(scope: Construct, name: str) -> None:
    """Reject the name of a database that the environment does not have.

    Raises:
        ConstructError: neither a zone that holds tables nor a database created in this app has that name.
    """
    environment = environment_of(scope)
    zones = [zone for zone, settings in environment.lake.zones.items() if settings.holds_tables]
    created = [known for where, known in _CREATED.get(stack_of(scope).app, {}) if where == environment.name]
    if name not in (*zones, *created):
        raise ConstructError(
            scope,
            f"{environment.name} has no database {name!r}; its databases are "
            f"{', '.join(dict.fromkeys([*zones, *created]))}",
            fix=f"use one of them, add a zone with holds_tables: true under lake.zones in {environment.name}.yaml, "
            "or pass zone= for a database that another app creates",
        )


def check_holds_tables(scope: Construct, zone: Zone | ZoneReference) -> None:
    """Reject a zone whose objects expire.

    Raises:
        ConstructError: the zone holds no tables.
    """
    if not zone.settings.holds_tables:
        holding = [name for name, one in environment_of(scope).lake.zones.items() if one.holds_tables]
        raise ConstructError(
            scope,
            f"the zone {zone.name} holds no tables (its objects expire)",
            fix=f"use a zone with holds_tables: true: {', '.join(holding)}",
        )
