"""Lake Formation access as a function of grants and LF-tags, against an independent model of small lakes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lakekit_local.data_permissions.access import Grant, TableFacts, covers_location, database_access, table_access

COLUMNS = ("a", "b")
KEYS, VALUES = ("k", "l"), ("x", "y")
PERMISSIONS = ("ALL", "ALTER", "DESCRIBE", "INSERT", "SELECT")
EVERY = {"ALTER", "DELETE", "DESCRIBE", "DROP", "INSERT", "SELECT"}
FILTERS = {
    "rows": {"ColumnWildcard": {}, "RowFilter": {"FilterExpression": "a = 1"}},
    "cells": {"ColumnNames": ["a"], "RowFilter": {"FilterExpression": "b = 1"}},
    "columns": {"ColumnWildcard": {"ExcludedColumnNames": ["a"]}, "RowFilter": {"AllRowsWildcard": {}}},
}

tags = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))
subsets = st.lists(st.sampled_from(COLUMNS), unique=True, min_size=1, max_size=2)
named = st.fixed_dictionaries({"DatabaseName": st.sampled_from(("d", "other")), "Name": st.sampled_from(("t", "u"))})
policies = st.fixed_dictionaries(
    {
        "ResourceType": st.sampled_from(("DATABASE", "TABLE")),
        "Expression": st.dictionaries(
            st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), min_size=1, unique=True), min_size=1
        ).map(lambda parts: [{"TagKey": key.upper(), "TagValues": values} for key, values in parts.items()]),
    }
)
resources = st.one_of(
    st.sampled_from(("d", "other")).map(lambda name: {"Database": {"Name": name}}),
    named.map(lambda table: {"Table": table}),
    st.sampled_from(("d", "other")).map(lambda name: {"Table": {"DatabaseName": name, "TableWildcard": {}}}),
    st.tuples(named, subsets).map(lambda both: {"TableWithColumns": {**both[0], "ColumnNames": both[1]}}),
    st.tuples(named, subsets).map(
        lambda both: {"TableWithColumns": {**both[0], "ColumnWildcard": {"ExcludedColumnNames": both[1]}}}
    ),
    policies.map(lambda policy: {"LFTagPolicy": policy}),
    st.sampled_from(tuple(FILTERS)).map(
        lambda name: {"DataCellsFilter": {"DatabaseName": "d", "TableName": "t", "Name": name}}
    ),
)
grants = st.lists(st.tuples(resources, st.sets(st.sampled_from(PERMISSIONS), min_size=1)), max_size=4)


def effective(*levels: dict[str, str]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for level in levels:
        merged.update(level)
    return merged


def matches(policy: dict[str, Any], have: dict[str, str]) -> bool:
    return all(have.get(part["TagKey"].lower()) in part["TagValues"] for part in policy["Expression"])


def names_table(at: dict[str, Any]) -> bool:
    return at["DatabaseName"] == "d" and at.get("Name", "t") == "t"


def on_whole_table(permission: str, given_grants: list[Any], tags_of_table: dict[str, str]) -> bool:
    """Whether some grant gives a permission other than SELECT on the table as a whole."""
    for resource, held in given_grants:
        ((kind, at),) = resource.items()
        if permission not in held and "ALL" not in held:
            continue
        if kind in ("Table", "TableWithColumns") and names_table(at):
            return True
        if kind == "LFTagPolicy" and at["ResourceType"] == "TABLE" and matches(at, tags_of_table):
            return True
    return False


def on_column(column: str, given_grants: list[Any], tags_of_column: dict[str, str]) -> bool:
    """Whether some grant other than a filter gives SELECT on a column."""
    for resource, held in given_grants:
        ((kind, at),) = resource.items()
        if not held & {"SELECT", "ALL"}:
            continue
        if kind == "LFTagPolicy" and at["ResourceType"] == "TABLE" and matches(at, tags_of_column):
            return True
        if kind in ("Table", "TableWithColumns") and names_table(at):
            excluded = at.get("ColumnWildcard", {}).get("ExcludedColumnNames", [])
            if column in at.get("ColumnNames", COLUMNS) and column not in excluded:
                return True
    return False


@given(grants, tags, tags, tags)
def test_access_is_that_of_the_model(
    made: list[Any], of_database: dict[str, str], of_table: dict[str, str], of_a: dict[str, str]
) -> None:
    def sets(have: dict[str, str]) -> dict[str, frozenset[str]]:
        return {key: frozenset([value]) for key, value in have.items()}

    facts = TableFacts("d", "t", COLUMNS, sets(of_database), sets(of_table), {"a": sets(of_a)})
    access = table_access(facts, [Grant(resource, frozenset(held)) for resource, held in made], FILTERS)
    table_tags = effective(of_database, of_table)
    columns = {
        column for column in COLUMNS if on_column(column, made, effective(table_tags, of_a if column == "a" else {}))
    }
    whole = {name for name in EVERY - {"SELECT"} if on_whole_table(name, made, table_tags)}
    assert access.columns == columns
    assert access.permissions == whole | ({"SELECT"} if columns == set(COLUMNS) else set())
    filtered = {
        at["Name"]
        for resource, held in made
        for kind, at in resource.items()
        if kind == "DataCellsFilter" and held & {"SELECT", "ALL"}
    }
    shown = {"rows": {"a", "b"}, "cells": {"a"}, "columns": {"b"}}
    rows = {"rows": "a = 1", "cells": "b = 1", "columns": ""}
    assert {(one.columns, one.rows) for one in access.filters} == {
        (frozenset(shown[name]), rows[name]) for name in filtered
    }
    visible = columns.union(*(shown[name] for name in filtered)) or set(COLUMNS)
    assert set(access.visible(COLUMNS)) == visible


@given(grants, tags)
def test_access_to_a_database_is_that_of_the_model(made: list[Any], have: dict[str, str]) -> None:
    found = database_access(
        "d",
        {key: frozenset([value]) for key, value in have.items()},
        [Grant(resource, frozenset(held)) for resource, held in made],
    )
    expected = set()
    for resource, held in made:
        ((kind, at),) = resource.items()
        on_it = (kind == "Database" and at["Name"] == "d") or (
            kind == "LFTagPolicy" and at["ResourceType"] == "DATABASE" and matches(at, have)
        )
        if on_it:
            expected |= {"ALTER", "CREATE_TABLE", "DESCRIBE", "DROP"} if "ALL" in held else held & {"ALTER", "DESCRIBE"}
    assert found == expected


@given(st.lists(st.sampled_from(("b", "b/x", "b/x/y", "bb")), unique=True), st.sampled_from(("b", "b/x", "b/xy", "bb")))
def test_a_location_is_covered_by_the_paths_above_it(granted: list[str], asked: str) -> None:
    made = [
        Grant({"DataLocation": {"ResourceArn": f"arn:aws:s3:::{path}"}}, frozenset({"DATA_LOCATION_ACCESS"}))
        for path in granted
    ]
    above = {"/".join(asked.split("/")[:length]) for length in range(1, len(asked.split("/")) + 1)}
    assert covers_location(f"arn:aws:s3:::{asked}", made) == bool(above & set(granted))
