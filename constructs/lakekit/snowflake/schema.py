"""Schemas with managed access, and access roles with future grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.core.stack import stack_of
from lakekit.naming import slug
from lakekit.snowflake.administrator import Administrator
from lakekit.snowflake.database import SnowflakeDatabase, stateful_lifecycle, time_travel_days
from lakekit.snowflake.database_like import SnowflakeDatabaseLike, resolve_snowflake_database
from lakekit.snowflake.names import Level, quoted
from lakekit.snowflake.resources import create_resource, snowflake_stack_of
from lakekit.snowflake.role_like import RoleLike, resolve_role
from lakekit.snowflake.roles import AccountRole, grant_role

READABLE: Final = ("TABLES", "VIEWS", "ICEBERG TABLES")
WRITABLE: Final = ("TABLES", "ICEBERG TABLES")
WRITE: Final = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
CREATE: Final = (
    "CREATE TABLE",
    "CREATE VIEW",
    "CREATE ICEBERG TABLE",
    "CREATE STAGE",
    "CREATE FILE FORMAT",
    "CREATE PIPE",
)
RESOURCES_PER_SCHEMA: Final = 12
"""Resources of a schema without grants: the schema, two access roles with their parents (4), USAGE on database and
schema (2), future SELECT on three kinds (3) and future writes on two (2). Each grant adds one."""


class SnowflakeSchema(Construct):
    """A managed-access schema with access roles; each grant to a role is one resource.

    `AR_<db>_<schema>_R` reads; `…_RW` also writes and has R; `…_OWN` also creates and has RW, and is created by the
    first `grant_own`. Privileges on tables are future grants that exist before the first table, so that new tables need
    no grants and no `ALL` grant is necessary.

    Args:
        scope: the parent construct.
        id: PascalCase id; the name unless `name` is given.
        database: the database: a construct, a reference, or the name of a zone.
        name: kebab-case name; the name in Snowflake is in upper case with underscores.
        comment: the content.
        depends_on: further resources that are created first.

    Attributes:
        database: the name of the database in Snowflake.
        name: the name in Snowflake.
        resource: the `snowflake_schema`.
        reader: the access role that reads.
        writer: the access role that writes.
        grants: the grants of the access roles; tables depend on them.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database: SnowflakeDatabaseLike,
        name: str | None = None,
        comment: str,
        depends_on: Sequence[Construct] = (),
    ) -> None:
        super().__init__(scope, id)
        resolved = resolve_snowflake_database(self, database)
        same_stack = isinstance(resolved, SnowflakeDatabase) and stack_of(resolved) is stack_of(self)
        self.database: Final = resolved.name
        self.name: Final = (name or slug(id)).replace("-", "_").upper()
        self.resource: Final = create_resource(
            self,
            "Schema",
            snowflake.schema.Schema,
            depends_on=[*([resolved] if same_stack else []), *depends_on],
            database=self.database,
            name=self.name,
            comment=comment,
            # Strings: the provider distinguishes "not set" as a third value.
            with_managed_access="true",
            is_transient="false",
            data_retention_time_in_days=time_travel_days(self),
            lifecycle=stateful_lifecycle(self),
        )
        self.grants: Final[list[snowflake.grant_privileges_to_account_role.GrantPrivilegesToAccountRole]] = []
        self._granted: dict[tuple[str, str], snowflake.grant_account_role.GrantAccountRole] = {}
        self._owner: AccountRole | None = None
        self.writer: Final = self._role("Writer", Level.WRITE, f"Writes {self.database}.{self.name}")
        self.reader: Final = self._role("Reader", Level.READ, f"Reads {self.database}.{self.name}", parent=self.writer)
        module = snowflake.grant_privileges_to_account_role
        self._grant(
            "ReaderUsesDatabase",
            self.reader,
            ["USAGE"],
            on_account_object=module.GrantPrivilegesToAccountRoleOnAccountObject(
                object_type="DATABASE", object_name=self.database
            ),
        )
        self._grant("ReaderUsesSchema", self.reader, ["USAGE"], on_schema=self._here())
        for kind in READABLE:
            self._future("Reads", self.reader, ["SELECT"], kind)
        for kind in WRITABLE:
            self._future("Writes", self.writer, list(WRITE), kind)

    @property
    def qualified_name(self) -> str:
        """`"DATABASE"."SCHEMA"`."""
        return quoted(self.database, self.name)

    def grant_read(self, role: RoleLike) -> snowflake.grant_account_role.GrantAccountRole:
        """Allow an account role to read all tables and views, present and future.

        Args:
            role: a FunctionalRole or AccountRole, the short name of a role of governance.roles, or the upper-case name
                of an account role.

        Raises:
            ConstructError: PUBLIC, an administrative role, or a role that the environment does not declare.
        """
        return self._grant_access_role("Read", self.reader, role)

    def grant_write(self, role: RoleLike) -> snowflake.grant_account_role.GrantAccountRole:
        """`grant_read`, and also insert, update, delete and truncate."""
        return self._grant_access_role("Write", self.writer, role)

    def grant_own(self, role: RoleLike) -> snowflake.grant_account_role.GrantAccountRole:
        """`grant_write`, and also create tables, views, stages, file formats and pipes, as dbt needs."""
        if self._owner is None:
            self._owner = self._role("Owner", Level.OWN, f"Creates in {self.database}.{self.name}")
            self._grant("OwnerCreates", self._owner, list(CREATE), on_schema=self._here())
            grant_role(
                self, "OwnerWrites", role=self.writer.name, to=self._owner.name,
                depends_on=[self.writer.resource, self._owner.resource],
            )  # fmt: skip
        return self._grant_access_role("Own", self._owner, role)

    def _grant_access_role(
        self, verb: str, access: AccountRole, role: RoleLike
    ) -> snowflake.grant_account_role.GrantAccountRole:
        resolved = resolve_role(self, role)
        key = (verb, resolved.name)
        if key not in self._granted:
            self._granted[key] = grant_role(
                self,
                f"{verb}{resolved.id}",
                role=access.name,
                to=resolved.name,
                depends_on=[access.resource, *resolved.depends_on],
            )
        return self._granted[key]

    def _role(self, id: str, level: Level, comment: str, parent: AccountRole | None = None) -> AccountRole:
        stack = snowflake_stack_of(self)
        return AccountRole(
            self,
            id,
            role_name=stack.snowflake_names.access_role(self.database, self.name, level),
            comment=comment,
            parent=parent.name if parent else "SYSADMIN",
            depends_on=[parent.resource] if parent else [],
        )

    def _here(self) -> snowflake.grant_privileges_to_account_role.GrantPrivilegesToAccountRoleOnSchema:
        module = snowflake.grant_privileges_to_account_role
        return module.GrantPrivilegesToAccountRoleOnSchema(schema_name=self.qualified_name)

    def _future(self, verb: str, role: AccountRole, privileges: Sequence[str], kind: str) -> None:
        module = snowflake.grant_privileges_to_account_role
        later = module.GrantPrivilegesToAccountRoleOnSchemaObjectFuture(
            object_type_plural=kind, in_schema=self.qualified_name
        )
        self._grant(
            f"{verb}Future{kind.title().replace(' ', '')}",
            role,
            privileges,
            on_schema_object=module.GrantPrivilegesToAccountRoleOnSchemaObject(future=later),
        )

    def _grant(self, id: str, role: AccountRole, privileges: Sequence[str], **on: Any) -> None:
        self.grants.append(
            create_resource(
                self,
                id,
                snowflake.grant_privileges_to_account_role.GrantPrivilegesToAccountRole,
                role=Administrator.SECURITY,
                depends_on=[self.resource, role.resource],
                account_role_name=role.name,
                privileges=list(privileges),
                **on,
            )
        )
