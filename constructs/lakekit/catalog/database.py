"""Glue databases: one for each zone that holds tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.dependencies import add_dependency
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.effective_access import default_classification
from lakekit.governance.lf_tags import tag_database
from lakekit.naming import pascal, slug
from lakekit.storage import Zone, ZoneReference


class Database(Construct):
    """A Glue database over a zone, tagged for access by zone, domain and classification.

    Tables in it inherit its LF-tags, so nobody reads a new table by accident and everybody who should read it can.

    Args:
        scope: where it stands.
        id: PascalCase id; the database's name unless `name` is given.
        zone: the zone its tables live in.
        name: kebab-case name; the id by default. The physical name is `<organization>_<environment>_<name>`.
        description: what is in it; the zone's purpose by default.
        domain: LF-tag `domain`; the first of the environment's domains by default.
        classification: LF-tag `classification`; the zone's by default.
        force_destroy: it may be destroyed with its tables; as the zone by default.
        depends_on: resources, or constructs with all of their resources, that are created before.

    Attributes:
        name: the physical name, a literal.
        resource: the `aws_glue_catalog_database`.
        tags: the LF-tags by key.

    Raises:
        ConstructError: the zone holds no tables, or a tag has a value the environment does not know.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zone: Zone | ZoneReference,
        name: str | None = None,
        description: str | None = None,
        domain: str | None = None,
        classification: str | None = None,
        force_destroy: bool | None = None,
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        if not zone.settings.holds_tables:
            raise ConstructError(
                self,
                f"the zone {zone.name} holds no tables (its objects expire)",
                fix="use a zone with holds_tables: true, such as raw",
            )
        self.zone: Final = zone
        self.short_name: Final = name or slug(id)
        self.name: Final = environment.names.database(self.short_name)
        self.resource: Final[Any] = aws.glue_catalog_database.GlueCatalogDatabase(
            self,
            "Database",
            name=self.name,
            catalog_id=environment.account_id,
            description=description or zone.settings.purpose,
            tags=force_destroy_tags(
                resolve_force_destroy(self, zone.settings.force_destroy if force_destroy is None else force_destroy)
            ),
            location_uri=f"{zone.location}{self.short_name}/",
            lifecycle=cdktf.TerraformResourceLifecycle(prevent_destroy=environment.defaults.prevent_destroy or None),
        )
        add_dependency(self.resource, *depends_on)
        self.tags: Final[Mapping[str, str]] = {
            "zone": zone.name,
            "domain": domain or environment.governance.domains[0],
            "classification": default_classification(zone.settings, classification),
        }
        self.tagging: Final = tag_database(self, "Tags", database=self.resource.name, tags=self.tags)

    @property
    def location(self) -> str:
        """`s3://<bucket>/<database>/`, a literal."""
        return f"{self.zone.location}{self.short_name}/"


class DatabaseReference:
    """A database that another stack owns: its name and location, without a look-up.

    Args:
        scope: any construct of the environment.
        name: the database's kebab-case name, such as `curated`.
        zone: the zone it lives in; the zone of the same name by default.
    """

    def __init__(self, scope: Construct, name: str, *, zone: ZoneReference | None = None) -> None:
        environment = environment_of(scope)
        id = pascal(name) + "Zone"
        self.short_name: Final = name
        self.zone: Final = zone or ZoneReference(scope, id, name)
        self.name: Final = environment.names.database(name)
        self.location: Final = f"{self.zone.location}{name}/"
        self.tags: Final[Mapping[str, str]] = {
            "zone": self.zone.name,
            "domain": environment.governance.domains[0],
            "classification": default_classification(self.zone.settings),
        }
