"""Data roles: IAM roles whose access comes from LF-tag grants, without S3 permissions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import RoleSettings, TagFilter
from lakekit.errors import ConstructError
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_READ, DATABASE_WRITE, TABLE_READ, TABLE_WRITE, TagGrant
from lakekit.governance.location_grants import grant_zone_locations
from lakekit.iam import Role, trust_roles
from lakekit.naming import slug


def settings_of_role(scope: Construct, name: str) -> RoleSettings:
    """The settings of a role of governance.roles.

    Raises:
        ConstructError: the environment declares no such role.
    """
    environment = environment_of(scope)
    roles = environment.governance.roles
    if name not in roles:
        raise ConstructError(
            scope,
            f"{environment.name} declares no role {name!r}; it has {', '.join(roles) or 'none'}",
            fix=f"add it under governance.roles in {environment.name}.yaml",
        )
    return roles[name]


def data_role_arn(scope: Construct, name: str) -> str:
    """The literal ARN of a role of governance.roles.

    Raises:
        ConstructError: the environment declares no such role.
    """
    settings_of_role(scope, name)
    names = environment_of(scope).names
    return names.role_arn(names.role(name))


class DataRole(Construct):
    """A role that people or jobs assume to read and write tables through Lake Formation.

    It has no permission on any bucket: Lake Formation vends credentials for what its LF-tag grants cover.

    Args:
        scope: the parent construct.
        id: PascalCase id; the role's short name unless `name` is given.
        settings: trusted principals, and the filters of what it reads and writes.
        name: kebab-case short name; the physical name is `<organization>-<environment>-<name>`.
        depends_on: created before the grants, such as the LF-tags; the grants of a stack are created in sequence.

    Attributes:
        role: the Role.
        grants: its TagGrants, in order.
        location_grants: its `aws_lakeformation_permissions` on the locations of the zones that it writes.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: RoleSettings,
        name: str | None = None,
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        trust = trust_roles(names.role_arns(settings.trusted_principals))
        self.role: Final = Role(self, "Role", trust=[trust], description=settings.description, name=name or slug(id))
        grant_catalog_access(self, self.role, write=settings.write is not None)
        self.grants: Final[list[TagGrant]] = []
        self._depends_on = list(depends_on)
        self._row_filtered = settings.row_filtered
        self._grant("Read", settings.read, DATABASE_READ, TABLE_READ)
        self._grant("Write", settings.write, DATABASE_WRITE, TABLE_WRITE)
        self.location_grants: Final = grant_zone_locations(
            self, self.role.resource.arn, (settings.write.zone or environment.lake.zones) if settings.write else ()
        )

    def _grant(self, verb: str, filter: TagFilter | None, database: Sequence[str], table: Sequence[str]) -> None:
        if filter is None:
            return
        kinds = (("Databases", database), ("Tables", table))
        # Grants add up: a tag grant on tables would make the row filter void.
        for kind, permissions in kinds[:1] if self._row_filtered else kinds:
            grant = TagGrant(
                self,
                f"{verb}{kind}",
                principal=self.role.resource.arn,
                kind="DATABASE" if kind == "Databases" else "TABLE",
                expression=filter.expression(),
                permissions=permissions,
                depends_on=self._depends_on,
            )
            self.grants.append(grant)
            self._depends_on = []
