"""Row filters of Lake Formation: syntax, columns, and whether a row can be excluded."""

from __future__ import annotations

import itertools
import random

import duckdb
import pytest

from lakekit_policies import sql

COLUMNS = {
    "country": "string",
    "id": "bigint",
    "year": "int",
    "price": "double",
    "active": "boolean",
    "born": "date",
    "created_at": "timestamp",
    "customer": "struct<id:int>",
}
EVERY_ROW = [
    "true or country = 'DE'",
    "1=1",
    "country = country",
    "country like '%'",
    "country like '%%'",
    "country like '_%'",
    "country is null or country is not null",
    "country is not null or country is null or id = 1",
    "country is null or country = 'DE' or country <> 'DE'",
    "born >= DATE '1900-01-01'",
    "born <= DATE '9999-12-31'",
    "born >= DATE '2020-01-01' or born < DATE '2020-01-01'",
    "created_at < TIMESTAMP '2026-01-01 00:00:00' or created_at >= TIMESTAMP '2025-01-01 00:00:00'",
    "not false",
    "country = 'DE' or country <> 'DE'",
    "country = 'DE' or not country = 'DE'",
    "country in ('DE') or country not in ('DE')",
    "country in ('DE', 'FR') or country <> 'DE'",
    "id > 5 or id <= 5",
    "id < 10 or id > 5",
    "id between 0 and 5 or id < 0 or id > 5",
    "not (id > 5 and id < 3)",
    "country <> ''",
    "country >= ''",
    "(country = 'a' or country <> 'a') and (id = 1 or id <> 1)",
    "price <> 1 or price <> 2",
    "id >= -9223372036854775808",
    "year <= 2147483647",
    "id > -9223372036854775808",
    "id >= '-9223372036854775808'",
    "id between -9223372036854775808 and 9223372036854775807",
    "id <= -1 or id between 0 and 100 or id >= 101",
    "born >= DATE '0001-01-01'",
    "born <= DATE '2019-12-31' or born >= DATE '2020-01-01'",
    "active = true or active = false",
    "country = 'DE' or id > 3 or country <> 'DE'",
    "not (country = 'x' and country = 'y')",
    "'a' = 'a'",
    "customer.id = 1 or customer.id <> 1",
    '"country" = "country"',
    "country = 'DE' -- only Germany\nor true",
    "country /* 'DE' */ like '%'",
]
SOME_ROWS = [
    "country = 'DE'",
    "COUNTRY IN ('AT', 'BE')",
    "country in ('DE') and id > 5",
    "year > 2010 and country != 'US'",
    "(country like '%ited%') and (year > 2000)",
    "country between 'A' and 'K'",
    "active = true",
    "customer.id <> 1",
    "not country = 'US'",
    "id >= 0",
    "id = -1",
    "country like 'D%' or country like 'F%'",
    "country = 'DE' or (country = 'FR' and id < 10)",
    "country = 'it''s'",
    "country is not null",
    "not country is null",
    "country is not null and (id = 1 or id <> 1)",
    "born >= DATE '2026-01-01'",
    "born < DATE '9999-12-31'",
    "created_at >= TIMESTAMP '2026-01-01 00:00:00'",
    "created_at between TIMESTAMP '2026-01-01 00:00:00' and TIMESTAMP '2026-06-30 23:59:59.999'",
    "born in (DATE '2026-01-01', DATE '2026-01-02')",
]
INVALID = {
    "upper(country) = 'DE'": "does not compare a column",
    "country = id": "does not compare with a constant",
    "nation = 'DE'": "the row filter names nation",
    "born >= CAST('2026-01-01' AS DATE)": "casts are not supported",
    "born >= '2026-01-01'::date": "casts are not supported",
    "born >= DATE '2026-02-30'": "does not compare with a constant",
    "born >= DATE country": "not supported",
    "born >= INTEGER '1'": "does not compare with a constant",
    "country = 'DE'; drop table x": "got 2",
    "country = ": "cannot be parsed",
    "country similar to 'x'": "not supported",
    "country ilike 'x'": "not supported",
    "(select 1) = 1": "does not compare a column",
    "exists (select 1)": "not supported",
    "case when country = 'DE' then true else true end": "not supported",
    "coalesce(country, 'x') = coalesce(country, 'x')": "does not compare a column",
    "country": "not supported",
    "country = '" + "x" * 2048 + "'": "less than 2048",
    "(" * 500 + "id = 1" + ")" * 500: "nested too deeply",
}


@pytest.mark.parametrize("text", EVERY_ROW)
def test_a_filter_that_excludes_nothing_is_reported(text: str) -> None:
    assert any("includes every row" in problem for problem in sql.cell_filter_problems(text, COLUMNS))


def test_ranges_that_add_up_to_all_whole_numbers_depend_on_the_type() -> None:
    text = "id <= -1 or id between 0 and 100 or id >= 101"
    assert "with a whole number in id" in "; ".join(sql.cell_filter_problems(text, None))
    assert sql.cell_filter_problems(text, {"id": "double"}) == []
    assert sql.cell_filter_problems("id <= 126", {"id": "tinyint"}) == []


@pytest.mark.parametrize("text", SOME_ROWS)
def test_a_filter_that_excludes_rows_passes(text: str) -> None:
    assert sql.cell_filter_problems(text, COLUMNS) == []
    assert sql.cell_filter_problems(text, None) == []


@pytest.mark.parametrize(("text", "expected"), INVALID.items(), ids=range(len(INVALID)))
def test_what_lake_formation_rejects_is_reported(text: str, expected: str) -> None:
    assert expected in "; ".join(sql.cell_filter_problems(text, COLUMNS))


ATOMS = [
    *(f"s {operator} '{text}'" for operator in ("=", "<>", "<", ">=") for text in ("b", "d")),
    *(f"{column} {operator} {number}" for column in "nm" for operator in ("=", "<>", "<", ">=") for number in (1, 3)),
    *(f"s LIKE '{pattern}'" for pattern in ("%", "b%", "_", "_%", "%d")),
    "s IN ('b', 'd')",
    "s NOT IN ('b')",
    "s BETWEEN 'b' AND 'd'",
    "n BETWEEN 1 AND 3",
    "n NOT BETWEEN 1 AND 3",
    "n IS NULL",
    "s IS NOT NULL",
]
TEXTS = ["0", "B", "a", "aq", "b", "bq", "bd", "c", "cq", "cd", "d", "dq", "e", "eq", "zd", "ad", "dd"]


def random_filter(dice: random.Random, depth: int) -> str:
    if depth == 0 or dice.random() < 0.2:
        return dice.choice(ATOMS)
    shape = dice.choice(["({} AND {})", "({} OR {})", "({} OR {})", "(NOT {})"])
    return shape.format(*(random_filter(dice, depth - 1) for _ in range(shape.count("{}"))))


def test_agrees_with_duckdb_on_every_row_of_a_small_universe() -> None:
    dice, engine = random.Random(7), duckdb.connect()
    engine.execute("CREATE TABLE rows (s VARCHAR, n BIGINT, m BIGINT)")
    universe = itertools.product([None, *TEXTS], [None, *range(-1, 6)], range(-1, 6))
    engine.executemany("INSERT INTO rows VALUES (?, ?, ?)", list(universe))
    kinds = {"s": "string", "n": "bigint", "m": "bigint"}
    every = 0
    for _ in range(1500):
        text = random_filter(dice, 3)
        present = [f"AND {name} IS NOT NULL" for name in "sn" if f"{name} IS" not in text]
        excluded = f"SELECT count(*) FROM rows WHERE ({text}) IS NOT TRUE {' '.join(present)}"
        found = engine.execute(excluded).fetchone()
        assert found is not None
        includes_all = any("includes every row" in problem for problem in sql.cell_filter_problems(text, kinds))
        assert includes_all == (found[0] == 0), text
        every += includes_all
    assert 100 < every < 1400
