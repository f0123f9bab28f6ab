"""Tests that a query sees only permitted cells, for random grants and hostile statements."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_local.data_permissions.access import CellFilter, TableAccess
from lakekit_local.queries import sandbox
from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.statement import read_statement
from lakekit_local.queries.tables import QueryTable

COLUMNS = ("id", "email", "country", "amount")
ROWS: list[dict[str, Any]] = [
    {"id": f"key-{n}", "email": f"secret-{n}@x", "country": country, "amount": 7_000_000 + n}
    for n, country in enumerate(("DE", "US", "DE", "FR"))
]
ORDERS, OTHER = QueryTable("db", "orders"), QueryTable("db", "other")
PREDICATES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "": lambda _: True,
    "country = 'DE'": lambda row: row["country"] == "DE",
    "country <> 'DE' AND amount > 7000001": lambda row: row["country"] != "DE" and row["amount"] > 7_000_001,
    "email LIKE 'secret-1%' OR id IN ('key-0')": lambda row: row["id"] in ("key-0", "key-1"),
    "country IS NULL": lambda _: False,
}
columns = st.sets(st.sampled_from(COLUMNS)).map(frozenset)
filters = st.builds(CellFilter, columns.filter(bool), st.sampled_from(sorted(PREDICATES)))
accesses = st.builds(TableAccess, columns=columns, filters=st.lists(filters, max_size=2).map(tuple)).filter(
    lambda one: bool(one.selectable)
)

FROM = (
    "orders",
    "db.orders",
    "rows",
    '"orders__rows"',
    '"db__orders__rows"',
    "other",
    "db.other",
    "memory.rows",
    "awsdatacatalog.db.orders",
    "awsdatacatalog.main.rows",
    "query_table('rows')",
    "query_table('orders')",
    "query('FROM rows')",
    "query('FROM awsdatacatalog.db.orders')",
    "duckdb_tables()",
    "duckdb_views()",
    "duckdb_columns()",
    "information_schema.columns",
    "pragma_table_info('rows')",
    "(WITH orders AS (SELECT * FROM orders) SELECT * FROM orders)",
    '(WITH rows AS (SELECT 1) SELECT * FROM orders WHERE EXISTS (WITH "db__orders__rows" AS (SELECT 1) SELECT 1))',
    "data",
    "relations",
    "(SELECT * FROM orders, LATERAL (SELECT email FROM orders))",
    "(VALUES 1)",
    "orders FOR VERSION AS OF 1",
)
SELECTED = ("*", "email", "amount", "count(*)", "max(email)", "COLUMNS('.*')", "* EXCLUDE (id)", "r", "rowid", "r.*")
REST = ("", " WHERE email LIKE '%'", " WHERE CAST(email AS INTEGER) = 1", " ORDER BY amount", " LIMIT 1 OFFSET 1")
PREFIX = (
    "",
    "WITH rows AS (SELECT 1) ",
    'WITH RECURSIVE "db__orders__rows" AS (SELECT 1) ',
    "WITH orders AS (TABLE orders) ",
)


def cells(access: TableAccess) -> set[str]:
    """The cells that a principal may select, one by one."""
    found = set()
    for row, column in itertools.product(ROWS, COLUMNS):
        by_filter = any(column in one.columns and PREDICATES[one.rows](row) for one in access.filters)
        if column in access.columns or by_filter:
            found.add(str(row[column]))
    return found


SECRETS = {str(row[column]) for row in ROWS for column in ("id", "email", "amount")}


def relations_of(access: TableAccess) -> dict[QueryTable, Any]:
    return {ORDERS: sandbox.permitted(pa.Table.from_pylist(ROWS), COLUMNS, access)}


def seen_in(sql: str, relations: Mapping[QueryTable, Any]) -> str:
    try:
        return str(sandbox.rows_of(sql, relations))
    except QueryError as error:
        return str(error)


def translated(text: str, relations: Mapping[QueryTable, Any]) -> Iterator[str]:
    """The statement for DuckDB, if the caller may read its tables."""
    with contextlib.suppress(QueryError):
        statement = read_statement(text, "db")
        if set(statement.tables) <= set(relations):
            yield statement.sql


def secrets_in(text: str) -> set[str]:
    return {one for one in SECRETS if one in text}


@settings(max_examples=60, deadline=None)
@given(access=accesses, data=st.data())
def test_no_statement_sees_cells_beyond_the_grants(access: TableAccess, data: st.DataObject) -> None:
    relations = relations_of(access)
    parts = [data.draw(st.sampled_from(one)) for one in (PREFIX, SELECTED, FROM, REST)]
    text = f"{parts[0]}SELECT {parts[1]} FROM {parts[2]} AS r{parts[3]}"
    # DuckDB itself, without the positive list, reaches nothing else either.
    seen = "".join(seen_in(one, relations) for one in (text, *translated(text, relations)))
    assert secrets_in(seen) <= cells(access), text


@settings(max_examples=20, deadline=None)
@given(access=accesses)
def test_permitted_cells_are_those_of_the_grants(access: TableAccess) -> None:
    (found,) = relations_of(access).values()
    expected = [
        {
            name: row[name]
            if name in access.columns
            or any(name in one.columns and PREDICATES[one.rows](row) for one in access.filters)
            else None
            for name in COLUMNS
            if name in access.selectable
        }
        for row in ROWS
        if access.columns or any(PREDICATES[one.rows](row) for one in access.filters)
    ]
    assert found.to_pylist() == expected


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('s3://b/k')",
        "SELECT * FROM query_table('orders')",
        "SELECT getenv('HOME')",
        "SELECT current_setting('threads')",
        "SELECT nope(1)",
        "SELECT COLUMNS('x') FROM orders",
        "SELECT * EXCLUDE (id) FROM orders",
        "SELECT DISTINCT ON (id) email FROM orders",
        "SELECT * INTO copied FROM orders",
        "SELECT id.upper() FROM orders",
        "SELECT * FROM a.b.c.d",
        "SELECT * FROM orders PIVOT (sum(amount) FOR id IN ('x'))",
        "PRAGMA database_list",
        "ATTACH '/x'",
        "COPY orders TO '/x'",
        "SET threads = 1",
        "INSTALL httpfs",
        "WITH a AS (SELECT 1) INSERT INTO orders SELECT * FROM a",
    ],
)
def test_statements_that_athena_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read_statement(text, "db")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT date_format(t, '%Y'), json_extract_scalar(j, '$.a'), approx_distinct(b), try(1 / 0) FROM orders",
        "SELECT sum(a) OVER w, lag(a) OVER (ORDER BY b) FROM orders WINDOW w AS (PARTITION BY c)",
        "SELECT transform(a, x -> x + 1), reduce(a, 0, (s, x) -> s + x, s -> s), m['x'], r.f.g FROM orders",
        "SELECT CAST(a AS map(varchar, array(row(x int)))), TRY_CAST(a AS timestamp(3) with time zone) FROM orders",
        "SELECT listagg(a, ',') WITHIN GROUP (ORDER BY a), count(*) FILTER (WHERE a > 1) FROM orders",
        "SELECT * FROM orders, UNNEST(a) WITH ORDINALITY AS u(b, n)",
        "SELECT a, sum(b) FROM orders GROUP BY GROUPING SETS ((a), ()) HAVING sum(b) > 1",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT * FROM r",
        "SELECT date '2020-01-01' - interval '1' day, current_timestamp AT TIME ZONE 'UTC', decimal '1.2'",
        "(SELECT 1) UNION ALL VALUES 2, 3 ORDER BY 1 LIMIT 3",
        "SELECT * FROM orders TABLESAMPLE BERNOULLI (10) FETCH FIRST 3 ROWS ONLY",
        "SELECT * FROM orders WHERE a = ANY (SELECT 1) AND (b, c) IN ((1, 2)) AND d NOT LIKE 'x$%' ESCAPE '$'",
    ],
)
def test_statements_of_athena_are_read(text: str) -> None:
    assert read_statement(text, "db").sql


def test_a_name_is_a_common_table_expression_only_where_it_is_visible() -> None:
    text = "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM b, (WITH c AS (SELECT 1) TABLE c), c"
    assert set(read_statement(text, "db").tables) == {QueryTable("db", "b"), QueryTable("db", "c")}
    assert read_statement("WITH RECURSIVE orders AS (TABLE orders) TABLE orders", "db").tables == ()


@pytest.mark.parametrize(
    ("predicate", "cause"),
    [
        ("id IN (SELECT id FROM rows)", "a row filter has no subqueries"),
        ("getenv('HOME') = 'x'", "getenv"),
        ("email = 5", "secret-0@x"),
        ("CAST(email AS integer) > 5", "secret-0@x"),
        ("amount / 0 > 1 AND CAST(id AS date) < current_date", "key-"),
        ("missing = 'x'", "missing"),
    ],
)
def test_a_row_filter_that_fails_says_nothing_about_hidden_cells(predicate: str, cause: str) -> None:
    access = TableAccess(filters=(CellFilter(frozenset({"id"}), predicate),))
    with pytest.raises(QueryError) as caught:
        relations_of(access)
    assert cause in str(caught.value.__cause__)
    assert str(caught.value) == "INVALID_ROW_FILTER: a row filter of the table cannot be evaluated on its rows"


def test_variables_of_the_process_are_not_tables() -> None:
    given_rows = pa.Table.from_pylist(ROWS)
    with duckdb.connect() as connection:
        assert len(connection.execute("SELECT * FROM given_rows").fetchall()) == len(given_rows)
    assert "does not exist" in seen_in("SELECT * FROM given_rows", {})
