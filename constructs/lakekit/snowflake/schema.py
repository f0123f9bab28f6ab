"""Schemas: managed access, and rights through access roles with future grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, snowflake
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.snowflake.database import stateful_lifecycle, time_travel_days
from lakekit.snowflake.names import Level, quoted
from lakekit.snowflake.roles import AccountRole, functional_role_name, grant_role
from lakekit.snowflake.stack import Administrator, create_resource, snowflake_stack_of

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
"""Resources of a schema before anybody is granted anything: itself, two access roles with their way up (4), USAGE on
database and schema (2), future SELECT on three kinds (3) and future writes on two (2). Each grant adds one."""


class SnowflakeSchema(Construct):
    """A managed-access schema with its access roles; a grant to somebody is one resource.

    `AR_<db>_<schema>_R` reads, `…_RW` also writes and holds R, `…_OWN` also creates and holds RW; it is made when
    somebody is granted it. Rights on tables are future grants, made before the first table can exist: nothing has
    to be granted again when tables come, and no `ALL` grant is needed beside them.

    Args:
        scope: where it stands.
        id: PascalCase id.
        database: the database's name; it may be another stack's.
        name: the schema's name, upper case.
        comment: what is in it.
        after: resources that have to exist first, such as the database.

    Attributes:
        database: the database's name.
        name: the schema's name.
        resource: the `snowflake_schema`.
        reader: the access role that reads.
        writer: the access role that writes.
        grants: every grant of the access roles; tables are made after them.
    """

    def __init__(
        self, scope: Construct, id: str, *, database: str, name: str, comment: str, after: Sequence[Any] = ()
    ) -> None:
        super().__init__(scope, id)
        self.database: Final = database
        self.name: Final = name
        self.resource: Final[Any] = create_resource(
            self,
            "Schema",
            snowflake.schema.Schema,
            after=after,
            database=database,
            name=name,
            comment=comment,
            # Strings: the provider knows "not said" as a third value.
            with_managed_access="true",
            is_transient="false",
            data_retention_time_in_days=time_travel_days(self),
            lifecycle=stateful_lifecycle(self),
        )
        self.grants: Final[list[Any]] = []
        self._owner: AccountRole | None = None
        self.writer: Final = self._role("Writer", Level.WRITE, f"Writes {database}.{name}")
        self.reader: Final = self._role("Reader", Level.READ, f"Reads {database}.{name}", parent=self.writer)
        module = snowflake.grant_privileges_to_account_role
        self._grant(
            "ReaderUsesDatabase",
            self.reader,
            ["USAGE"],
            on_account_object=module.GrantPrivilegesToAccountRoleOnAccountObject(
                object_type="DATABASE", object_name=database
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

    def grant_read(self, role: str) -> Any:
        """Let a role of governance.roles (or an account role, by its name) read every table and view, now and later."""
        return self._grant_access_role("Read", self.reader, role)

    def grant_write(self, role: str) -> Any:
        """`grant_read`, and also insert, update, delete and truncate."""
        return self._grant_access_role("Write", self.writer, role)

    def grant_own(self, role: str) -> Any:
        """`grant_write`, and also create tables, views, stages, file formats and pipes: what dbt needs."""
        if self._owner is None:
            self._owner = self._role("Owner", Level.OWN, f"Creates in {self.database}.{self.name}")
            self._grant("OwnerCreates", self._owner, list(CREATE), on_schema=self._here())
            grant_role(
                self, "OwnerWrites", role=self.writer.name, to=self._owner.name,
                after=[self.writer.resource, self._owner.resource],
            )  # fmt: skip
        return self._grant_access_role("Own", self._owner, role)

    def _grant_access_role(self, verb: str, access: AccountRole, role: str) -> Any:
        if role.upper() in ("PUBLIC", "ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "ORGADMIN"):
            raise ConstructError(
                self, f"cannot grant to {role}", fix="grant to a role of governance.roles; PUBLIC is everybody"
            )
        known = role in environment_of(self).governance.roles or role != role.upper()
        holder = functional_role_name(self, role) if known else role
        id_ = f"{verb}{''.join(word.capitalize() for word in role.lower().replace('_', '-').split('-'))}"
        existing = self.node.try_find_child(id_)
        if existing is not None:
            return existing
        return grant_role(self, id_, role=access.name, to=holder, after=[access.resource])

    def _role(self, id: str, level: Level, comment: str, parent: AccountRole | None = None) -> AccountRole:
        stack = snowflake_stack_of(self)
        return AccountRole(
            self,
            id,
            name=stack.snowflake_names.access_role(self.database, self.name, level),
            comment=comment,
            parent=parent.name if parent else "SYSADMIN",
            after=[parent.resource] if parent else [],
        )

    def _here(self) -> Any:
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
                after=[self.resource, role.resource],
                account_role_name=role.name,
                privileges=list(privileges),
                **on,
            )
        )
