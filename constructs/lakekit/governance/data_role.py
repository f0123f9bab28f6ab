"""Functional roles of the lake: an IAM role that sees what its LF-tag grants say, and nothing by S3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct
from lakekit.core.stack import environment_of
from lakekit.environment import RoleSettings, TagFilter
from lakekit.errors import ConstructError
from lakekit.governance.catalog_grants import grant_catalog_access
from lakekit.governance.lake_formation_grants import DATABASE_READ, DATABASE_WRITE, TABLE_READ, TABLE_WRITE, TagGrant
from lakekit.iam import Role, statement
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
    """A role that people or jobs take to read and write tables through Lake Formation.

    It holds no right on any bucket: Lake Formation hands out credentials for what its LF-tag grants cover.

    Args:
        scope: where it stands.
        id: PascalCase id; the role's short name unless `name` is given.
        settings: who may take it, and what it may read and write.
        name: kebab-case name of the role's name, `<organization>-<environment>-<name>`.
        after: grants are made after these (the LF-tags, the grants of the role before).

    Attributes:
        role: the Role.
        grants: its TagGrants in the order they are made.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: RoleSettings,
        name: str | None = None,
        after: Sequence[Any] = (),
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        trusted = names.role_arns(settings.trusted_principals)
        trust = statement(
            "Assume",
            ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
            [],
            principals={"AWS": trusted},
            conditions={"StringEquals": {"aws:PrincipalAccount": sorted({arn.split(":")[4] for arn in trusted})}},
        )
        del trust["Resource"]
        self.role: Final = Role(self, "Role", trust=[trust], description=settings.purpose, name=name or slug(id))
        grant_catalog_access(self, self.role, write=settings.write is not None)
        self.grants: Final[list[TagGrant]] = []
        self._after = list(after)
        self._row_filtered = settings.row_filtered
        self._grant("Read", settings.read, DATABASE_READ, TABLE_READ)
        self._grant("Write", settings.write, DATABASE_WRITE, TABLE_WRITE)

    def _grant(self, verb: str, wanted: TagFilter | None, database: Sequence[str], table: Sequence[str]) -> None:
        if wanted is None:
            return
        kinds = (("Databases", database), ("Tables", table))
        # Grants add up: with a tag grant on tables, a row filter would show nothing less.
        for kind, permissions in kinds[:1] if self._row_filtered else kinds:
            grant = TagGrant(
                self,
                f"{verb}{kind}",
                principal=self.role.resource.arn,
                kind="DATABASE" if kind == "Databases" else "TABLE",
                expression=wanted.expression(),
                permissions=permissions,
                after=self._after,
            )
            self.grants.append(grant)
            self._after = [grant.resource]
