"""The access that Lake Formation grants give, as functions of grants, LF-tags and filters.

Sources, AWS Lake Formation Developer Guide: "Lake Formation permissions reference" (what each permission allows; a
grant of SELECT on columns shows only these columns of the metadata), "Lake Formation tag-based access control" (tables
inherit the LF-tags of the database, columns those of the table; a value assigned below replaces the inherited one),
"Data filtering and cell-level security". Expressions of LF-tags are evaluated in
`lakekit_local.data_permissions.tag_policies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lakekit_local.data_permissions.tag_policies import PolicyMatch, Tags, matches

ALL_TABLES: Final = "ALL_TABLES"
ALL_COLUMNS: Final = "*"
DATABASE_PERMISSIONS: Final = frozenset({"ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"})
TABLE_PERMISSIONS: Final = frozenset({"ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"})
_EVERYTHING: Final = frozenset({"ALL", "SUPER", "SUPER_USER"})


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant as Lake Formation lists it: a resource with one member, and permissions."""

    resource: Mapping[str, Any]
    permissions: frozenset[str]

    def on(self, kind: str) -> Mapping[str, Any] | None:
        """The resource, if it is of this kind."""
        found: Mapping[str, Any] | None = self.resource.get(kind)
        return found


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table with its columns, partition keys included, and the LF-tags assigned to it, its columns and its database.

    Names are in lower case, as in the Data Catalog.
    """

    database: str
    name: str
    columns: tuple[str, ...] = ()
    database_tags: Tags = field(default_factory=dict)
    own_tags: Tags = field(default_factory=dict)
    column_tags: Mapping[str, Tags] = field(default_factory=dict)

    @property
    def tags(self) -> Tags:
        """The LF-tags of the table: its own over those of the database."""
        return {**self.database_tags, **self.own_tags}

    def tags_of(self, column: str) -> Tags:
        """The LF-tags of a column: its own over those of the table."""
        return {**self.tags, **self.column_tags.get(column, {})}

    @property
    def tags_of_columns(self) -> Mapping[str, Tags]:
        """The LF-tags of each column."""
        return {one: self.tags_of(one) for one in self.columns}


@dataclass(frozen=True, slots=True)
class CellFilter:
    """A data cells filter: the columns it shows, and the predicate of its rows; empty for all rows."""

    columns: frozenset[str]
    rows: str = ""


@dataclass(frozen=True, slots=True)
class TableAccess:
    """The permissions of a principal on a table."""

    permissions: frozenset[str] = frozenset()
    """Permissions on the table as a whole; SELECT only if it covers every column and row."""
    columns: frozenset[str] = frozenset()
    """Columns that it may select in all rows."""
    filters: tuple[CellFilter, ...] = ()
    """What it may select through data cells filters."""
    described: frozenset[str] = frozenset()
    """Columns that permissions other than SELECT show: `*` for all, or those that the tag policies match."""

    @property
    def selectable(self) -> frozenset[str]:
        """Columns that it may select in some or all rows."""
        return self.columns.union(*(one.columns for one in self.filters))

    @property
    def any(self) -> bool:
        """Whether it has any permission on the table, which lets it see the table in the catalog."""
        return bool(self.permissions or self.columns or self.filters)

    def visible(self, columns: Iterable[str]) -> list[str]:
        """The columns that the catalog shows: those it may select, or with other permissions only, those described."""
        chosen = self.selectable or self.described
        return [one for one in columns if one.lower() in chosen or ALL_COLUMNS in chosen]


def database_access(name: str, tags: Tags, grants: Iterable[Grant]) -> frozenset[str]:
    """The permissions on a database."""
    found: set[str] = set()
    for grant in grants:
        named, policy = grant.on("Database"), grant.on("LFTagPolicy")
        if (named and named["Name"].lower() == name) or (
            policy and policy["ResourceType"] == "DATABASE" and matches(policy, tags)
        ):
            found |= expanded(grant.permissions, DATABASE_PERMISSIONS)
    return frozenset(found)


def table_access(
    table: TableFacts, grants: Iterable[Grant], filters: Mapping[str, Mapping[str, Any]] | None = None
) -> TableAccess:
    """The permissions on a table.

    Args:
        table: the table.
        grants: the grants of one principal.
        filters: the data cells filters of the table by name.
    """
    permissions: set[str] = set()
    columns: set[str] = set()
    described: set[str] = set()
    cells: list[CellFilter] = []
    of_columns = table.tags_of_columns
    for grant in grants:
        names = expanded(grant.permissions)
        for kind in ("Table", "TableWithColumns"):
            named = grant.on(kind)
            if named and _is_named(named, table):
                permissions |= names - {"SELECT"}
                described |= {ALL_COLUMNS} if names - {"SELECT"} else set()
                if "SELECT" in names:
                    columns |= set(_columns_of(named, table.columns)) or ({ALL_COLUMNS} if not table.columns else set())
        policy = grant.on("LFTagPolicy")
        if policy:
            match = PolicyMatch.of(policy, table.tags, of_columns)
            given = match.permissions(names)
            permissions |= given
            described |= ({ALL_COLUMNS} if match.is_full else match.columns) if given else set()
            if "SELECT" in names:
                columns |= match.columns
        named = grant.on("DataCellsFilter")
        if named and "SELECT" in names and _is_named({**named, "Name": named["TableName"]}, table):
            data = (filters or {}).get(named["Name"])
            if data is not None:
                cells.append(_cell_filter(data, table.columns))
    everything = bool(columns) and (not table.columns or columns >= set(table.columns))
    if everything:
        permissions.add("SELECT")
        described.add(ALL_COLUMNS)
    return TableAccess(frozenset(permissions), frozenset(columns - {ALL_COLUMNS}), tuple(cells), frozenset(described))


def covers_location(arn: str, grants: Iterable[Grant]) -> bool:
    """Whether a grant of DATA_LOCATION_ACCESS covers a path, given as `arn:aws:s3:::bucket/path`."""
    return any(
        location is not None
        and "DATA_LOCATION_ACCESS" in grant.permissions
        and f"{arn.rstrip('/')}/".startswith(f"{location['ResourceArn'].rstrip('/')}/")
        for grant in grants
        if (location := grant.on("DataLocation")) is not None
    )


def expanded(permissions: frozenset[str], everything: frozenset[str] = TABLE_PERMISSIONS) -> frozenset[str]:
    """The permissions that a grant names, of those that its resource has: all of them for ALL (Super)."""
    return everything if permissions & _EVERYTHING else permissions & everything


def _is_named(resource: Mapping[str, Any], table: TableFacts) -> bool:
    if resource["DatabaseName"].lower() != table.database:
        return False
    name = resource.get("Name")
    return name is None or name == ALL_TABLES or name.lower() == table.name


def _columns_of(resource: Mapping[str, Any], columns: tuple[str, ...]) -> Iterator[str]:
    """The columns of a table that a resource names: listed, all but some, or all."""
    listed, wildcard = resource.get("ColumnNames"), resource.get("ColumnWildcard") or {}
    excluded = {one.lower() for one in wildcard.get("ExcludedColumnNames") or ()}
    chosen = {one.lower() for one in listed} if listed else set(columns) - excluded
    yield from (one for one in columns if one in chosen)


def _cell_filter(data: Mapping[str, Any], columns: tuple[str, ...]) -> CellFilter:
    rows = (data.get("RowFilter") or {}).get("FilterExpression") or ""
    return CellFilter(frozenset(_columns_of(data, columns)), rows)
