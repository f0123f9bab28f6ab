"""Access of a role to the tables of a database by LF-tags: Lake Formation, catalog entries, S3 and KMS key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from lakekit.bindings import Construct, aws
from lakekit.catalog.grant_scope import role_for_grant
from lakekit.catalog.initial_metadata import metadata_prefix
from lakekit.catalog.tag_grant_validation import register_grant
from lakekit.core.stack import environment_of, stack_of
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import (
    DATABASE_READ,
    DATABASE_WRITE,
    TABLE_READ,
    TABLE_WRITE,
    TagGrant,
    named_grants,
)
from lakekit.governance.location_grants import LOCATION_ACCESS, location_target
from lakekit.iam import Grantee, Role, RoleReference, ServiceRole
from lakekit.naming import pascal

if TYPE_CHECKING:
    from lakekit.storage import Zone, ZoneReference


class AccessedDatabase(Protocol):
    """A Database or a DatabaseReference."""

    @property
    def name(self) -> str: ...

    @property
    def short_name(self) -> str: ...

    @property
    def zone(self) -> Zone | ZoneReference: ...

    @property
    def location(self) -> str: ...

    @property
    def tags(self) -> Mapping[str, str]: ...


class DatabaseAccess(Construct):
    """Grants on the tables of a database that match domains and classifications, present and future.

    Lake Formation selects the tables by LF-tag; IAM allows the catalog entries and the files of the database, and
    nothing else in the zone. `Database.grant_read` and `grant_write` create it.

    Args:
        scope: parent of the grants.
        id: PascalCase id.
        role: the role.
        database: the database.
        domains: values of the LF-tag `domain`.
        classifications: values of the LF-tag `classification`; all of the environment's by default.
        write: also create, insert, alter and delete.

    Attributes:
        grants: the TagGrants, in order.
        location_grants: with `write`, the `aws_lakeformation_permissions` on the database's location.

    Raises:
        ConstructError: a domain or classification that the environment does not have, or no domain; a table of the
            app with columns of other classifications, if the role writes or AWS Glue assumes it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        role: Role | RoleReference,
        database: AccessedDatabase,
        domains: Sequence[str],
        classifications: Sequence[str] = (),
        write: bool = False,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        governance = environment.governance
        classifications = tuple(classifications) or governance.classifications
        for given, known, key in (
            (domains, governance.domains, "domain"),
            (classifications, governance.classifications, "classification"),
        ):
            if not given or set(given) - set(known):
                raise ConstructError(
                    self,
                    f"{key} {', '.join(given) or '(none)'}: {environment.name} has {', '.join(known)}",
                    fix=f"use these, or add to governance.{key}s in {environment.name}.yaml",
                )
        register_grant(
            self,
            database.name,
            role=role.name,
            domains=domains,
            classifications=classifications,
            write=write,
            by_glue=isinstance(role, ServiceRole) and role.service == "glue",
        )
        zone = database.zone
        grant_catalog_access(self, role, database=database.name, write=write)
        (zone.grant_write_tables if write else zone.grant_read)(role, f"{database.short_name}/")
        # The initial metadata files are outside the tables' locations.
        zone.grant_read(role, metadata_prefix(database.name))
        tables = {"zone": (zone.name,), "domain": tuple(domains), "classification": classifications}
        # A database has one classification, which need not be among those of its tables.
        databases = {"zone": (zone.name,)}
        self.grants: Final[list[TagGrant]] = []
        for kind, expression, permissions in (
            ("DATABASE", databases, DATABASE_WRITE if write else DATABASE_READ),
            ("TABLE", tables, TABLE_WRITE if write else TABLE_READ),
        ):
            grant = TagGrant(
                self,
                kind.capitalize(),
                principal=role.deployed_arn,
                kind=kind,
                expression=expression,
                permissions=permissions,
            )
            self.grants.append(grant)
        self.location_grants: Final[list[aws.lakeformation_permissions.LakeformationPermissions]] = named_grants(
            self,
            role.deployed_arn,
            [("Location", LOCATION_ACCESS, location_target(self, database.location))] if write else [],
        )


def grant_database_access(
    scope: Construct,
    database: AccessedDatabase,
    grantee: Grantee,
    *,
    domains: Sequence[str],
    classifications: Sequence[str],
    write: bool,
) -> DatabaseAccess:
    """Create the grants of `Database.grant_read` and `Database.grant_write`.

    Args:
        scope: the construct of the database.
        database: the database.
        grantee: see `lakekit.iam.Grantee`.
        domains: the domain of the role's stack by default.
        classifications: all of the environment's by default.
        write: also create, insert, alter and delete.

    Raises:
        ConstructError: no domain, and the role's stack is not a TeamStack.
    """
    role = role_for_grant(scope, grantee)
    stack = stack_of(role)
    if not domains:
        if not isinstance(stack, TeamStack):
            raise ConstructError(
                scope,
                f"cannot grant tables to {role.name} without domains: {stack.node.id} is not a TeamStack",
                fix='pass domains=["sales"]',
            )
        domains = [stack.domain]
    base = ("Write" if write else "Read") + pascal(database.short_name)
    id, number = base, 2
    while role.node.try_find_child(id) is not None:
        id, number = f"{base}{number}", number + 1
    return DatabaseAccess(
        role,
        id,
        role=role,
        database=database,
        domains=domains,
        classifications=classifications,
        write=write,
    )
