"""The access matrix of Snowflake, computed from roles, grants, tags and policies of synthesized stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lakekit.access_matrix.matrix import Cell, Key, Matrix, broadest, cell, classified_columns
from lakekit.access_matrix.snowflake_policies import read_policies
from lakekit.access_matrix.stacks import Resource, resources
from lakekit.environment import Environment
from lakekit.snowflake.names import SnowflakeNames, quoted
from lakekit.snowflake.policy_data import MaskingPolicies, PolicyData, RowPolicy


@dataclass(slots=True)
class _Table:
    database: str
    schema: str
    name: str
    kind: str
    lake_name: str
    glue_database: str = ""
    """Of a table of the lake; empty for a table of Snowflake."""
    columns: dict[str, str] = field(default_factory=dict)
    """Classification of single columns."""


@dataclass(slots=True)
class _Account:
    """Roles, privileges, tags, policies and tables of the account, as the stacks declare them."""

    parents: list[tuple[str, str]] = field(default_factory=list)
    privileges: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Role, privilege, kind of object, where: `USAGE SCHEMA "DB"."S"`, `SELECT ICEBERG TABLES "DB"."S"`."""
    tags: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    """Kind and name of an object to tag values by fully qualified tag name."""
    masks: list[MaskingPolicies] = field(default_factory=list)
    rows: dict[tuple[str, str, str], RowPolicy] = field(default_factory=dict)
    """Database, schema and name of a table to its row access policy."""
    tables: list[_Table] = field(default_factory=list)

    def effective_roles(self, role: str) -> frozenset[str]:
        """The role and all roles granted to it, directly or indirectly."""
        active = {role}
        while more := {child for child, parent in self.parents if parent in active} - active:
            active |= more
        return frozenset(active)

    def role_path(self, role: str, down_to: str) -> str:
        """The chain of grants from one role to another: `FR_ANALYST → AR_…_R`."""
        chains = [[role]]
        for chain in chains:
            if chain[-1] == down_to:
                return " → ".join(chain)
            chains += [[*chain, child] for child, parent in self.parents if parent == chain[-1] and child not in chain]
        return down_to

    def role_with_privilege(self, active: frozenset[str], privilege: str, kind: str, where: str) -> str | None:
        """The active role that has a privilege, or None."""
        sought = (privilege, kind, where)
        return next((role for role, *has in self.privileges if role in active and tuple(has) == sought), None)


def snowflake_matrix(environment: Environment, stacks: Iterable[Mapping[str, Any]]) -> Matrix:
    """The access that Snowflake grants, computed from the stacks of an environment.

    A role can query a table when it or a role granted to it has USAGE on database and schema and SELECT on tables of
    that kind. The masking policies on the classification tag, evaluated with the tags of the column, decide which
    values it reads; the row access policy of the table decides which rows.

    Args:
        environment: the environment, for the names of roles and tags.
        stacks: synthesized configurations.

    Raises:
        PolicyMismatchError: the SQL of a policy is not what its data renders.
    """
    names = SnowflakeNames(environment.names)
    documents = list(stacks)
    account = _read(list(resources(documents)), list(read_policies(documents)))
    cells: dict[Key, Cell] = {}
    products: dict[str, str] = {}
    columns: dict[str, frozenset[tuple[str, ...]]] = {}
    for table in account.tables:
        inherited = _inherited(account, table)
        zone, domain, own = (
            inherited.get(f"{names.database('governance')}.ACCESS.{key}", "?")
            for key in ("ZONE", "DOMAIN", "CLASSIFICATION")
        )
        product = f"{zone}/{domain}/{table.lake_name}"
        if table.glue_database:
            lake_table = products[product] = f"{table.glue_database}.{table.lake_name}"
            given = {column.strip('"').lower(): value for column, value in table.columns.items()}
            columns[lake_table] = columns.get(lake_table, frozenset()) | {classified_columns(given, own)}
        for role in environment.governance.roles:
            access = _Access(account, table, names.functional_role(role), inherited, names)
            for classification in sorted({own, *table.columns.values()}):
                key = (role, product, classification)
                made = access.cell(classification, {own, *table.columns.values()})
                cells[key] = broadest(made, cells.get(key))
    return Matrix("snowflake", cells, products, columns)


class _Access:
    """Access of one functional role to one table."""

    def __init__(
        self, account: _Account, table: _Table, role: str, inherited: Mapping[str, str], names: SnowflakeNames
    ) -> None:
        self._account, self._table, self._role, self._inherited = account, table, role, inherited
        self._tag = f"{names.database('governance')}.ACCESS.CLASSIFICATION"
        self._active = account.effective_roles(role)
        schema = f'"{table.database}"."{table.schema}"'
        find = account.role_with_privilege
        usage = (
            find(self._active, "USAGE", "DATABASE", f'"{table.database}"'),
            find(self._active, "USAGE", "SCHEMA", schema),
        )
        self._select = find(self._active, "SELECT", table.kind, schema) if all(usage) else None
        self._insert = find(self._active, "INSERT", table.kind, schema) if self._select else None
        self._rows = self._row_predicate()

    def cell(self, classification: str, classifications: set[str]) -> Cell:
        reads = self._select is not None and self._rows is not None
        seen = {one: reads and self._unmasked(one) for one in classifications}
        reasons = []
        for verb, by in (("SELECT", self._select), ("INSERT", self._insert)):
            if by:
                reasons.append(f"{self._account.role_path(self._role, by)}: future {verb} on {self._table.kind}")
        if reads and not seen[classification]:
            reasons.append(f"masked: {classification}")
        return cell(
            can_read=seen[classification],
            can_write=self._insert is not None and reads,
            can_query=any(seen.values()),
            rows=self._rows or "",
            reasons=tuple(reasons),
        )

    def _unmasked(self, classification: str) -> bool:
        tags = {**self._inherited, self._tag: classification}
        # Several sets of policies: each masks, so all have to show the value. Without any, nothing is masked.
        return all(one.shows(self._active, tags) for one in self._account.masks)

    def _row_predicate(self) -> str | None:
        """The predicate of the visible rows: empty for all rows, None for no row."""
        policy = self._account.rows.get((self._table.database, self._table.schema, self._table.name))
        return "" if policy is None else policy.predicate(self._active)


def _inherited(account: _Account, table: _Table) -> dict[str, str]:
    """Tags of a table; its own override the schema's, which override the database's."""
    parts = (table.database, table.schema, table.name)
    kinds = ("DATABASE", "SCHEMA", "ICEBERG TABLE" if table.kind == "ICEBERG TABLES" else "TABLE")
    found: dict[str, str] = {}
    for depth, kind in enumerate(kinds, 1):
        found |= account.tags.get((kind, ".".join(f'"{part}"' for part in parts[:depth])), {})
    return found


def _read(found: Sequence[Resource], policies: Sequence[PolicyData]) -> _Account:
    account = _Account()
    for one in found:
        _read_roles(account, one)
        _read_tags(account, one)
        if one.kind == "snowflake_table":
            name = one.body["name"]
            account.tables.append(_Table(one.body["database"], one.body["schema"], name, "TABLES", name.lower()))
    for data in policies:
        if isinstance(data, MaskingPolicies):
            account.masks.append(data)
        elif isinstance(data, RowPolicy):
            account.rows[data.table] = data
        else:
            account.tables.append(_Table(*data.table, "ICEBERG TABLES", data.glue_table, data.glue_database))
    for table in account.tables:
        prefix = quoted(table.database, table.schema, table.name) + "."
        for (kind, name), tags in account.tags.items():
            if kind == "COLUMN" and name.startswith(prefix):
                (table.columns[name.removeprefix(prefix)],) = tags.values()
    return account


def _read_roles(account: _Account, one: Resource) -> None:
    if one.kind == "snowflake_grant_account_role" and one.body.get("parent_role_name"):
        account.parents.append((one.body["role_name"], one.body["parent_role_name"]))
    if one.kind == "snowflake_grant_privileges_to_account_role":
        account.privileges += _privileges(one.body)


def _read_tags(account: _Account, one: Resource) -> None:
    if one.kind == "snowflake_tag_association":
        tag = one.body["tag_id"].replace('"', "")
        for name in one.body["object_identifiers"]:
            account.tags.setdefault((one.body["object_type"], name), {})[tag] = one.body["tag_value"]


def _privileges(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    role = body["account_role_name"]
    for privilege in body.get("privileges", []):
        if at := body.get("on_account_object"):
            yield role, privilege, at["object_type"], f'"{at["object_name"]}"'
        if at := body.get("on_schema"):
            yield role, privilege, "SCHEMA", at["schema_name"]
        if at := body.get("on_schema_object"):
            for when in ("future", "all"):
                if several := at.get(when):
                    yield role, privilege, several["object_type_plural"], several["in_schema"]
