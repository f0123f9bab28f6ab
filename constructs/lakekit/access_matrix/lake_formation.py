"""The access matrix of the lake, computed from LF-tags, grants and cell filters of synthesized stacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lakekit.access_matrix.matrix import Cell, Key, Matrix, broadest, cell, classified_columns
from lakekit.access_matrix.stacks import Resource, bare_name, resources
from lakekit.environment import Environment

Tags = dict[str, str]


@dataclass(slots=True)
class _Table:
    database: str
    name: str
    columns: list[str]
    tags: Tags = field(default_factory=dict)
    column_tags: dict[str, Tags] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Grant:
    role: str
    expression: Mapping[str, Sequence[str]]
    permissions: frozenset[str]
    path: str

    def matches(self, tags: Tags) -> bool:
        return all(tags.get(key) in values for key, values in self.expression.items())


@dataclass(frozen=True, slots=True)
class _TableGrant:
    """A grant on one table: through a cell filter, or by the table's name."""

    role: str
    database: str
    table: str
    columns: frozenset[str]
    rows: str
    path: str
    can_insert: bool = False


def lake_matrix(environment: Environment, stacks: Iterable[Mapping[str, Any]]) -> Matrix:
    """The access that Lake Formation grants, computed from the stacks of an environment.

    A column is readable when the expression of a grant covers its tags (its own over the table's, over the
    database's), or a cell filter or a grant on the table includes it; a table is writable when a grant with INSERT
    names it, or covers the tags of the table and of every column.

    Args:
        environment: the environment, for the names of the roles.
        stacks: synthesized configurations.
    """
    found = list(resources(stacks))
    tables = list(_tables(found))
    names = {environment.names.role(role): role for role in environment.governance.roles}
    grants = list(_grants(found, names))
    on_tables = [*_filters(found, names, tables), *_named(found, names, tables)]
    cells: dict[Key, Cell] = {}
    products: dict[str, str] = {}
    columns: dict[str, frozenset[tuple[str, ...]]] = {}
    for table in tables:
        product = f"{table.tags.get('zone', '?')}/{table.tags.get('domain', '?')}/{table.name}"
        products[product] = f"{table.database}.{table.name}"
        own = table.tags.get("classification", "?")
        given = {column: tags.get("classification", own) for column, tags in table.column_tags.items()}
        columns[products[product]] = frozenset([classified_columns(given, own)])
        for role in environment.governance.roles:
            for classification, made in _cells(
                table, [one for one in grants if one.role == role], [one for one in on_tables if one.role == role]
            ).items():
                key = (role, product, classification)
                cells[key] = broadest(made, cells.get(key))
    return Matrix("lake", cells, products, columns)


def _cells(table: _Table, grants: Sequence[_Grant], on_tables: Sequence[_TableGrant]) -> dict[str, Cell]:
    own = table.tags.get("classification", "?")
    by_class: dict[str, list[str]] = {own: []}
    tags_of = {column: {**table.tags, **table.column_tags.get(column, {})} for column in table.columns}
    for column, tags in tags_of.items():
        by_class.setdefault(tags.get("classification", "?"), []).append(column)
    # An expression that matches a part of the columns gives no INSERT (Lake Formation developer guide, "Lake Formation
    # tag-based access control notes and restrictions").
    whole = (table.tags, *tags_of.values())
    writing = [one for one in grants if "INSERT" in one.permissions and all(one.matches(tags) for tags in whole)]
    mine = [one for one in on_tables if (one.database, one.table) == (table.database, table.name)]
    inserting = [one for one in mine if one.can_insert]
    mine = [one for one in mine if not one.can_insert]
    reading = {
        value: [
            one
            for one in grants
            if "SELECT" in one.permissions and one.matches({**table.tags, "classification": value})
        ]
        for value in by_class
    }
    # A classification is readable through a grant on the table that includes each of its columns.
    shown = {
        value: [one for one in mine if columns and set(columns) <= one.columns] for value, columns in by_class.items()
    }
    something = any(reading.values()) or any(one.columns for one in mine)
    by_tags = any(reading.values())
    return {
        value: cell(
            can_read=bool(reading[value] or shown[value]),
            can_write=bool(writing or inserting),
            can_query=something,
            rows=_rows(reading[value], shown[value]) if reading[value] or shown[value] else _rows(by_tags, mine),
            reasons=_reasons([*reading[value], *writing], [*shown[value], *inserting]),
        )
        for value in by_class
    }


def _reasons(by_tags: Sequence[_Grant], on_table: Sequence[_TableGrant]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(one.path for one in by_tags), *(one.path for one in on_table)]))


def _rows(by_tags: object, filters: Sequence[_TableGrant]) -> str:
    """The predicate of the visible rows; empty if a tag grant, or a grant without predicate, shows all rows."""
    predicates = {one.rows for one in filters}
    return "" if by_tags or "" in predicates else " OR ".join(sorted(predicates))


def _tables(found: Sequence[Resource]) -> Iterator[_Table]:
    references = {one.address: one.body.get("name", "") for one in found if one.kind.startswith("aws_glue_catalog_")}
    databases: dict[str, Tags] = {}
    tables: dict[tuple[str, str], _Table] = {}
    for one in found:
        if one.kind == "aws_glue_catalog_table":
            database = bare_name(one.body["database_name"], references)
            columns = [column["name"] for column in one.body.get("storage_descriptor", {}).get("columns", [])]
            tables[database, one.body["name"]] = _Table(database, one.body["name"], columns)
    tagged: list[tuple[str, str, list[str], Tags]] = []
    for one in found:
        if one.kind != "aws_lakeformation_resource_lf_tags":
            continue
        tags = {pair["key"]: pair["value"] for pair in one.body.get("lf_tag", [])}
        if "database" in one.body:
            databases[bare_name(one.body["database"]["name"], references)] = tags
        for target in ("table", "table_with_columns"):
            if target in one.body:
                at = one.body[target]
                tagged.append(
                    (
                        bare_name(at["database_name"], references),
                        bare_name(at["name"], references),
                        list(at.get("column_names", [])),
                        tags,
                    )
                )
    for (database, _), table in tables.items():
        table.tags.update(databases.get(database, {}))
    for database, name, columns, tags in tagged:
        if not columns:
            tables[database, name].tags.update(tags)
        for column in columns:
            tables[database, name].column_tags.setdefault(column, {}).update(tags)
    yield from tables.values()


def _grants(found: Sequence[Resource], names: Mapping[str, str]) -> Iterator[_Grant]:
    for one, role in _granted(found, names):
        policy = one.body.get("lf_tag_policy")
        if policy and policy["resource_type"] == "TABLE":
            expression = {part["key"]: part["values"] for part in policy["expression"]}
            expression_text = " and ".join(
                f"{key} in {', '.join(values)}" for key, values in sorted(expression.items())
            )
            yield _Grant(role, expression, frozenset(one.body["permissions"]), f"{one.path}: {expression_text}")


def _filters(found: Sequence[Resource], names: Mapping[str, str], tables: Sequence[_Table]) -> Iterator[_TableGrant]:
    made = {}
    for one in found:
        if one.kind == "aws_lakeformation_data_cells_filter":
            (data,) = one.body["table_data"]
            made[data["database_name"], data["table_name"], data["name"]] = data
    columns = {(table.database, table.name): table.columns for table in tables}
    for one, role in _granted(found, names):
        at = one.body.get("data_cells_filter")
        if not at or "SELECT" not in one.body["permissions"]:
            continue
        data = made[at["database_name"], at["table_name"], at["name"]]
        shown = set(data.get("column_names") or columns.get((at["database_name"], at["table_name"]), []))
        for wildcard in data.get("column_wildcard") or []:
            shown -= set(wildcard.get("excluded_column_names") or [])
        (row_filter,) = data["row_filter"]
        yield _TableGrant(
            role,
            at["database_name"],
            at["table_name"],
            frozenset(shown),
            row_filter.get("filter_expression", ""),
            f"{one.path}: cell filter {at['name']}",
        )


def _named(found: Sequence[Resource], names: Mapping[str, str], tables: Sequence[_Table]) -> Iterator[_TableGrant]:
    """Grants of SELECT and INSERT on tables by name."""
    references = {one.address: one.body.get("name", "") for one in found if one.kind.startswith("aws_glue_catalog_")}
    columns = {(table.database, table.name): table.columns for table in tables}
    for one, role in _granted(found, names):
        for argument in ("table", "table_with_columns"):
            at = one.body.get(argument)
            if not at:
                continue
            database = bare_name(at["database_name"], references)
            # `table { wildcard = true }` is every table of the database.
            named = [bare_name(at["name"], references)] if at.get("name") else [t for d, t in columns if d == database]
            for table in named:
                visible = set(at.get("column_names") or columns.get((database, table), []))
                visible -= set(at.get("excluded_column_names") or [])
                for permission in sorted({"SELECT", "INSERT"} & set(one.body["permissions"])):
                    yield _TableGrant(
                        role,
                        database,
                        table,
                        frozenset(visible) if permission == "SELECT" else frozenset(),
                        "",
                        f"{one.path}: {permission} on {database}.{table}",
                        can_insert=permission == "INSERT",
                    )


def _granted(found: Sequence[Resource], names: Mapping[str, str]) -> Iterator[tuple[Resource, str]]:
    """The grants to roles of the environment, with the role."""
    roles = {one.address: one.body.get("name", "") for one in found if one.kind == "aws_iam_role"}
    for one in found:
        if one.kind == "aws_lakeformation_permissions":
            name = bare_name(one.body["principal"], roles).rpartition("/")[2]
            if name in names:
                yield one, names[name]
