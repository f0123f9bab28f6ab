"""Lake Formation access as a function of grants and LF-tags, against an independent model of small lakes."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakekit_local.data_permissions.access import Grant, TableFacts, covers_location, database_access, table_access
from lakekit_local.data_permissions.tag_policies import why_not_full

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


def grants_on_table(given_grants: list[Any], tags_of_table: dict[str, str], tags_of_columns: dict[str, Any]) -> Any:
    """The permissions other than SELECT, and the columns that they show, by the sentences of the developer guide."""
    permissions: set[str] = set()
    described: set[str] = set()
    for resource, held in given_grants:
        ((kind, at),) = resource.items()
        wanted = (EVERY if "ALL" in held else held) - {"SELECT"}
        if kind in ("Table", "TableWithColumns") and names_table(at):
            permissions |= wanted
            described |= set(COLUMNS) if wanted else set()
        if kind != "LFTagPolicy" or at["ResourceType"] != "TABLE" or not wanted:
            continue
        accessible = {column for column in COLUMNS if matches(at, tags_of_columns[column])}
        if matches(at, tags_of_table) and accessible == set(COLUMNS):
            permissions |= wanted
        elif matches(at, tags_of_table) or accessible:
            # A subset of the columns: "none of those permissions is granted. Instead, only DESCRIBE is granted."
            permissions.add("DESCRIBE")
        described |= accessible
    return permissions, described


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


def sets(have: dict[str, str]) -> dict[str, frozenset[str]]:
    return {key: frozenset([value]) for key, value in have.items()}


@given(grants, tags, tags, tags, tags)
def test_access_is_that_of_the_model(
    made: list[Any], of_database: dict[str, str], of_table: dict[str, str], of_a: dict[str, str], of_b: dict[str, str]
) -> None:
    facts = TableFacts("d", "t", COLUMNS, sets(of_database), sets(of_table), {"a": sets(of_a), "b": sets(of_b)})
    access = table_access(facts, [Grant(resource, frozenset(held)) for resource, held in made], FILTERS)
    table_tags = effective(of_database, of_table)
    tags_of_columns = {"a": effective(table_tags, of_a), "b": effective(table_tags, of_b)}
    columns = {column for column in COLUMNS if on_column(column, made, tags_of_columns[column])}
    whole, described = grants_on_table(made, table_tags, tags_of_columns)
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
    visible = columns.union(*(shown[name] for name in filtered)) or described
    assert set(access.visible(COLUMNS)) == visible


CHOICES = (None, "x", "y")


@pytest.mark.parametrize("permission", [*sorted(EVERY), "ALL"])
def test_policy_on_every_small_table_follows_the_guide(permission: str) -> None:
    """All tables of two columns, one key and two values; a policy gives a permission on the table, or DESCRIBE."""
    need_all = {"ALTER", "DELETE", "DROP", "INSERT"}
    outcomes = set()
    for table, a, b in itertools.product(CHOICES, CHOICES, CHOICES):
        for values in (["x"], ["y"], ["x", "y"]):
            policy = {"ResourceType": "TABLE", "Expression": [{"TagKey": "k", "TagValues": values}]}
            own = {"k": frozenset([table])} if table else {}
            on_columns = {name: {"k": frozenset([one])} for name, one in (("a", a), ("b", b)) if one}
            facts = TableFacts("d", "t", COLUMNS, {}, own, on_columns)
            access = table_access(facts, [Grant({"LFTagPolicy": policy}, frozenset({permission}))])
            seen = {name for name, one in (("a", a or table), ("b", b or table)) if one in values}
            matched, full = table in values, table in values and seen == set(COLUMNS)
            asked = EVERY if permission == "ALL" else {permission}
            expected = asked - {"SELECT"} if full else asked - need_all - {"SELECT"}
            if not full and asked & need_all:
                expected = expected | {"DESCRIBE"}
            if not matched and not seen:
                expected = set()
            reads = "SELECT" in asked
            assert access.columns == (seen if reads else set())
            assert access.permissions == expected | ({"SELECT"} if reads and seen == set(COLUMNS) else set())
            outcomes.add((matched, len(seen)))
    assert outcomes == set(itertools.product((True, False), (0, 1, 2)))


def test_table_without_columns_needs_its_own_match_only() -> None:
    policy = {"ResourceType": "TABLE", "Expression": [{"TagKey": "k", "TagValues": ["x"]}]}
    grant = Grant({"LFTagPolicy": policy}, frozenset({"ALTER"}))
    assert table_access(TableFacts("d", "t", (), {}, sets({"k": "x"})), [grant]).permissions == {"ALTER"}
    assert table_access(TableFacts("d", "t", (), {}, sets({"k": "y"})), [grant]).permissions == set()


def test_two_policies_do_not_add_up_to_every_column() -> None:
    facts = TableFacts("d", "t", COLUMNS, {}, sets({"k": "x"}), {"b": sets({"k": "y"})})
    halves = [{"ResourceType": "TABLE", "Expression": [{"TagKey": "k", "TagValues": [one]}]} for one in ("x", "y")]
    found = table_access(facts, [Grant({"LFTagPolicy": one}, frozenset({"INSERT", "SELECT"})) for one in halves])
    assert found.permissions == {"DESCRIBE", "SELECT"}


@pytest.mark.parametrize(
    ("table", "column", "reason"),
    [
        (
            {"k": "x", "l": "x"},
            {"k": "y"},
            "the LF-tag expression k in x and l in x matches the table, but not its column b (k: y)",
        ),
        ({"k": "x", "l": "x"}, {}, ""),
        ({"k": "y", "l": "y"}, {"k": "y"}, ""),
        (
            {"k": "y", "l": "x"},
            {"k": "x"},
            "the LF-tag expression k in x and l in x matches columns, but not the table (k: y)",
        ),
        (
            {"k": "x"},
            {"l": "x"},
            "the LF-tag expression k in x and l in x matches columns, but not the table (l: none)",
        ),
    ],
)
def test_partial_match_is_explained(table: dict[str, str], column: dict[str, str], reason: str) -> None:
    expression = [{"TagKey": "L", "TagValues": ["x"]}, {"TagKey": "k", "TagValues": ["x"]}]
    facts = TableFacts("d", "t", COLUMNS, {}, sets(table), {"b": sets(column)})
    policy = {"ResourceType": "TABLE", "Expression": expression}
    assert why_not_full(policy, facts.tags, facts.tags_of_columns) == reason


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
