"""A principal of Lake Formation with its grants and implicit permissions.

Source: AWS Lake Formation Developer Guide, "Implicit Lake Formation permissions": data lake administrators describe
everything, have data location permissions everywhere, create databases and grant; creators of databases and tables have
all permissions on what they create; "Default settings - IAMAllowedPrincipal group permissions"; "Hybrid access mode".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from lakekit_local.authorization.callers import Identity
from lakekit_local.data_permissions import records as read
from lakekit_local.data_permissions.access import (
    ALL_COLUMNS,
    DATABASE_PERMISSIONS,
    Grant,
    TableAccess,
    TableFacts,
    covers_location,
    database_access,
    expanded,
    table_access,
)
from lakekit_local.data_permissions.tag_policies import NEED_EVERY_COLUMN, why_not_full
from lakekit_local.requests.registry import Call

_OF_ADMINS = ("CREATE_DATABASE", "CREATE_LF_TAG", "CREATE_LF_TAG_EXPRESSION")


class DataPrincipal:
    """The caller of a request, as Lake Formation sees it: the role of a session, or a user.

    Args:
        call: the request, for account and region.
        identity: the caller.
    """

    def __init__(self, call: Call, identity: Identity) -> None:
        self._call = call
        self.name = identity.caller.name
        self._everyone = {f"{call.account}:IAMPrincipals"}

    @cached_property
    def is_admin(self) -> bool:
        """Whether it is a data lake administrator."""
        return self._is_listed("DataLakeAdmins")

    @cached_property
    def sees_everything(self) -> bool:
        """Whether it describes everything: an administrator, or a read-only one."""
        return self.is_admin or self._is_listed("ReadOnlyAdmins")

    def on_catalog(self) -> frozenset[str]:
        """Permissions on the Data Catalog."""
        found = {name for one in self._all if one.on("Catalog") is not None for name in one.permissions}
        return frozenset(found | (set(_OF_ADMINS) if self.is_admin else set()))

    def on_database(self, name: str) -> frozenset[str]:
        """Permissions on a database."""
        name = name.lower()
        tags = read.tags_of_database(self._call, name)
        found = database_access(name, tags, self._grants(name))
        if self._created(name):
            return DATABASE_PERMISSIONS
        describes = self.sees_everything or any(
            self._created(f"{name}/{table}") for table in read.table_names(self._call, name)
        )
        return found | {"DESCRIBE"} if describes else found

    def on_table(self, table: TableFacts) -> TableAccess:
        """Permissions on a table and its columns."""
        if self._created(f"{table.database}/{table.name}"):
            return read.full_access(table)
        grants = self._grants(table.database, table.name)
        found = table_access(table, grants, read.filters_of(self._call, table))
        if not self.sees_everything:
            return found
        return replace(found, permissions=found.permissions | {"DESCRIBE"}, described=frozenset({ALL_COLUMNS}))

    def why_not(self, table: TableFacts, permission: str) -> str:
        """Which tag policy with a permission on tables matches a part of a table only; empty if none does."""
        reasons = []
        for grant in self._grants(table.database, table.name):
            policy = grant.on("LFTagPolicy")
            if policy and permission in NEED_EVERY_COLUMN and permission in expanded(grant.permissions):
                reasons.append(why_not_full(policy, table.tags, table.tags_of_columns))
        return "; ".join(dict.fromkeys(one for one in reasons if one))

    def visible_columns(self, table: TableFacts, columns: Iterable[str]) -> list[str]:
        """The columns that the Data Catalog shows."""
        return list(columns) if self.sees_everything else self.on_table(table).visible(columns)

    def may_use_location(self, arn: str) -> bool:
        """Whether it may create tables at a registered path, and change those there."""
        return self.is_admin or covers_location(arn, self._own)

    def may_grant(self, resource: dict[str, Any], permissions: set[str]) -> bool:
        """Whether it may grant permissions on a resource, and revoke them."""
        if self.is_admin:
            return True
        (kind, value), *_ = resource.items()
        database = str(value.get("Name" if kind == "Database" else "DatabaseName") or "").lower()
        if kind == "Database" and self._created(database):
            return True
        name = str(value.get("TableName" if kind == "DataCellsFilter" else "Name") or "").lower()
        if database and name and kind != "Database" and self._created(f"{database}/{name}"):
            return True
        held = read.grantable_of(self._call, {self.name, *self._everyone})
        if kind == "Database":
            return permissions <= database_access(database, read.tags_of_database(self._call, database), held)
        facts = read.find_table(self._call, database, name)
        if facts is not None:
            access = table_access(facts, held)
            wanted = {one.lower() for one in value.get("ColumnNames") or ()}
            covered = access.permissions | ({"SELECT"} if wanted and wanted <= access.columns else set())
            return permissions <= covered
        return any(dict(one.resource) == resource and permissions <= one.permissions for one in held)

    @cached_property
    def _own(self) -> list[Grant]:
        return read.grants_of(self._call, {self.name, *self._everyone})

    @cached_property
    def _of_everyone(self) -> list[Grant]:
        return read.grants_of(self._call, {read.IAM_ALLOWED_PRINCIPALS})

    @property
    def _all(self) -> list[Grant]:
        return [*self._own, *self._of_everyone]

    def _grants(self, database: str, table: str = "") -> list[Grant]:
        """The grants that apply: those of IAMAllowedPrincipals do not, where the principal has opted in."""
        return self._own if self._has_opted_in(database, table) else self._all

    def _has_opted_in(self, database: str, table: str) -> bool:
        for one in read.records(self._call, "opt-in").values():
            if one["Principal"]["DataLakePrincipalIdentifier"] not in (self.name, *self._everyone):
                continue
            named, tabled = one["Resource"].get("Database"), one["Resource"].get("Table")
            if named and named["Name"].lower() == database:
                return True
            if tabled and tabled["DatabaseName"].lower() == database and table:
                name = tabled.get("Name")
                if name is None or name.lower() == table:
                    return True
        return False

    def _created(self, key: str) -> bool:
        """Whether it created a database (`name`) or a table (`database/name`).

        State of earlier versions has no creators; the administrators, who deployed it, count as such.
        """
        known = read.records(self._call, "creator").get(key)
        if known is None:
            return self.is_admin and bool(key) and self._exists(key)
        return bool(known["Principal"] == self.name)

    def _exists(self, key: str) -> bool:
        database, _, table = key.partition("/")
        if not table:
            return read.database_exists(self._call, database)
        return read.stored_table(self._call, database, table) is not None

    def _is_listed(self, setting: str) -> bool:
        kept = read.records(self._call, "settings").get(self._call.account, {})
        return any(one["DataLakePrincipalIdentifier"] == self.name for one in kept.get(setting) or ())
