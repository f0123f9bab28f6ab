"""Glue databases: one for each zone that holds tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.catalog.database_access import DatabaseAccess, grant_database_access
from lakekit.catalog.database_reference import DatabaseReference, check_holds_tables, register_database
from lakekit.core.dependencies import add_dependency
from lakekit.core.removal_policy import force_destroy_tags, resolve_force_destroy
from lakekit.core.stack import environment_of
from lakekit.governance.effective_access import default_classification
from lakekit.governance.lf_tags import tag_database
from lakekit.naming import slug
from lakekit.storage import Zone, ZoneLike, ZoneReference, resolve_zone

if TYPE_CHECKING:
    from lakekit.iam import Grantee


class Database(Construct):
    """A Glue database in a zone, with LF-tags for zone, domain and classification.

    Its tables inherit the LF-tags, so that grants by tag cover a new table at once.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        zone: the zone of its tables: a construct, a reference or a name.
        name: kebab-case name; the id by default. The physical name is `<organization>_<environment>_<name>`.
        description: the content; the zone's by default.
        domain: LF-tag `domain`; the first of the environment's domains by default.
        classification: LF-tag `classification`; the zone's by default.
        force_destroy: the database may be destroyed with its tables; as the zone by default.
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
        zone: ZoneLike,
        name: str | None = None,
        description: str | None = None,
        domain: str | None = None,
        classification: str | None = None,
        force_destroy: bool | None = None,
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        zone = resolve_zone(self, zone)
        check_holds_tables(self, zone)
        self.zone: Final[Zone | ZoneReference] = zone
        self.short_name: Final = name or slug(id)
        self.name: Final = environment.names.database(self.short_name)
        self.resource: Final = aws.glue_catalog_database.GlueCatalogDatabase(
            self,
            "Database",
            name=self.name,
            catalog_id=environment.account_id,
            description=description or zone.settings.description,
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
        register_database(self, self.short_name, self)

    @property
    def location(self) -> str:
        """`s3://<bucket>/<database>/`, a literal."""
        return f"{self.zone.location}{self.short_name}/"

    @classmethod
    def from_name(
        cls,
        scope: Construct,
        id: str,
        name: str,
        *,
        zone: ZoneLike | None = None,
        domain: str | None = None,
        classification: str | None = None,
    ) -> DatabaseReference:
        """Refer to a database that another stack creates.

        Args:
            scope: parent of the reference.
            id: PascalCase id.
            name: kebab-case name of the database, such as `curated`.
            zone: the zone it lives in; the zone of the same name by default.
            domain: LF-tag `domain` of the database; the first of the environment's domains by default.
            classification: LF-tag `classification` of the database; the zone's by default.
        """
        return DatabaseReference(scope, id, name, zone=zone, domain=domain, classification=classification)

    def grant_read(
        self, grantee: Grantee, *, domains: Sequence[str] = (), classifications: Sequence[str] = ()
    ) -> DatabaseAccess:
        """Allow a role to read tables of the database, present and future, selected by LF-tag.

        Lake Formation, catalog entries, files and key together. The files of all tables of the database are readable:
        use `IcebergTable.grant_read` for single tables.

        Args:
            grantee: a role, a construct with a role, the name of a role, or its ARN.
            domains: the domain of the role's stack by default.
            classifications: all of the environment's by default.

        Raises:
            ConstructError: a domain or classification that the environment does not have, or no domain.
        """
        return grant_database_access(self, self, grantee, domains=domains, classifications=classifications, write=False)

    def grant_write(
        self, grantee: Grantee, *, domains: Sequence[str] = (), classifications: Sequence[str] = ()
    ) -> DatabaseAccess:
        """`grant_read`, and also create, insert, alter and delete."""
        return grant_database_access(self, self, grantee, domains=domains, classifications=classifications, write=True)
