"""Changes of masking and row access policies: what widens, and random changes against DuckDB."""

from __future__ import annotations

import random
from itertools import chain, combinations

import duckdb
import pytest
from test_masking_against_duckdb import SESSION, as_snowflake, value

from lakekit_policies import sql

MASK = "CASE WHEN IS_ROLE_IN_SESSION('A') THEN val ELSE '***' END"
ENTITLED = "CASE WHEN EXISTS (SELECT 1 FROM e WHERE IS_ROLE_IN_SESSION(e.r) AND e.x = 1) THEN val ELSE '***' END"


def case(condition: str, other: str = "'***'") -> str:
    return f"CASE WHEN {condition} THEN val ELSE {other} END"


WIDER_MASKS = {
    "the value": (MASK, "val"),
    "another role": (MASK, case("IS_ROLE_IN_SESSION('B')")),
    "a role more": (MASK, case("IS_ROLE_IN_SESSION('A') OR IS_ROLE_IN_SESSION('B')")),
    "a negation": (MASK, case("NOT IS_ROLE_IN_SESSION('A')")),
    "a condition less": (case("IS_ROLE_IN_SESSION('A') AND other = 'eu'"), MASK),
    "the length": (MASK, case("IS_ROLE_IN_SESSION('A')", "TO_VARCHAR(LENGTH(val))")),
    "the current role": (case("CURRENT_ROLE() = 'A'"), case("CURRENT_ROLE() IN ('A', 'B')")),
    "every session of a role": (case("CURRENT_ROLE() = 'A'"), MASK),
    "an entitlement with less conditions": (ENTITLED, ENTITLED.replace(" AND e.x = 1", "")),
    "a database role of the same name": (MASK, MASK.replace("IS_ROLE", "IS_DATABASE_ROLE")),
    "a role in other letters": (MASK, MASK.replace("'A'", "'a'")),
    "not understood": (MASK, "MY_MASK(val)"),
}
NARROWER_MASKS = {
    "the same in other words": (MASK, "IFF(IS_ROLE_IN_SESSION('A'), val, '***')"),
    "a constant": (MASK, "'***'"),
    "another mask": (MASK, MASK.replace("***", "hidden")),
    "a role less": (case("IS_ROLE_IN_SESSION('A') OR IS_ROLE_IN_SESSION('B')"), MASK),
    "a list with a role less": (case("CURRENT_ROLE() IN ('A', 'B')"), case("CURRENT_ROLE() = 'A'")),
    "a further role": (MASK, case("IS_ROLE_IN_SESSION('A') AND IS_ROLE_IN_SESSION('B')")),
    "a mask at all": ("val", MASK),
    "a mask with an entitlement": (ENTITLED, ENTITLED.replace("***", "hidden")),
}
WIDER_ROWS = {
    "every row": ("IS_ROLE_IN_SESSION('A')", "TRUE"),
    "rows of a region": ("IS_ROLE_IN_SESSION('A')", "IS_ROLE_IN_SESSION('A') OR val = 'eu'"),
    "a condition less": ("IS_ROLE_IN_SESSION('A') AND val = 'eu'", "IS_ROLE_IN_SESSION('A')"),
    "another value": ("IS_ROLE_IN_SESSION('A') AND val = 'eu'", "IS_ROLE_IN_SESSION('A') AND val = 'us'"),
}
NARROWER_ROWS = {
    "no row": ("IS_ROLE_IN_SESSION('A')", "FALSE"),
    "a condition more": ("IS_ROLE_IN_SESSION('A')", "IS_ROLE_IN_SESSION('A') AND val = 'eu'"),
    "a region less": ("IS_ROLE_IN_SESSION('A') OR val = 'eu'", "IS_ROLE_IN_SESSION('A')"),
    "a branch less": (
        "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE WHEN IS_ROLE_IN_SESSION('B') THEN val = 'eu' ELSE FALSE END",
        "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE ELSE FALSE END",
    ),
}
ARGUMENTS = ["VAL", "OTHER"]


@pytest.mark.parametrize("label", WIDER_MASKS)
def test_a_wider_mask_is_found(label: str) -> None:
    assert sql.masking_policy_widened(*WIDER_MASKS[label], ARGUMENTS, ARGUMENTS)


@pytest.mark.parametrize("label", NARROWER_MASKS)
def test_a_narrower_mask_is_no_widening(label: str) -> None:
    assert not sql.masking_policy_widened(*NARROWER_MASKS[label], ARGUMENTS, ARGUMENTS)


@pytest.mark.parametrize("label", WIDER_ROWS)
def test_more_rows_are_found(label: str) -> None:
    assert sql.row_policy_widened(*WIDER_ROWS[label], ["VAL"], ["VAL"])


@pytest.mark.parametrize("label", NARROWER_ROWS)
def test_fewer_rows_are_no_widening(label: str) -> None:
    assert not sql.row_policy_widened(*NARROWER_ROWS[label], ["VAL"], ["VAL"])


def test_another_signature_is_a_widening() -> None:
    assert sql.masking_policy_widened(MASK, MASK, ["VAL", "OTHER"], ["OTHER", "VAL"])


ROLES = ("A", "B", "STRANGER")


def seen(session: duckdb.DuckDBPyConnection, body: str, active: frozenset[str], current: str) -> set[object]:
    """Pairs of the value and a result, for results that differ between values of the same row."""
    text = body.replace("CURRENT_ROLE()", f"'{current}'").replace("IS_ROLE_IN_SESSION('PUBLIC')", "TRUE")
    for role in ROLES:
        text = text.replace(f"IS_ROLE_IN_SESSION('{role}')", str(role in active).upper())
    rows = session.execute(f"SELECT other, val, {text} FROM rows").fetchall()
    found: set[object] = set()
    for other in {row[0] for row in rows}:
        results = [(value, result) for at, value, result in rows if at == other]
        if len({result for _, result in results}) > 1:
            found.add(other)
    return found


def sessions() -> list[tuple[frozenset[str], str]]:
    subsets = chain.from_iterable(combinations(ROLES, count) for count in range(1, len(ROLES) + 1))
    return [(frozenset(active), current) for active in subsets for current in active]


def test_random_changes_show_no_more_than_before() -> None:
    dice, session = random.Random(21), duckdb.connect()
    session.execute(SESSION)
    widened = kept = 0
    for _ in range(120):
        before, after = value(dice, 2), value(dice, 2)
        gained = any(
            seen(session, after, active, current) - seen(session, before, active, current)
            for active, current in sessions()
        )
        reported = sql.masking_policy_widened(as_snowflake(before), as_snowflake(after), ARGUMENTS, ARGUMENTS)
        assert reported or not gained, (before, after)
        widened += gained
        kept += not reported
    assert widened > 10
    assert kept > 10


FILTERS = ["amount > 100", "amount >= 200", "amount BETWEEN 100 AND 300", "name = 'a'", "name IN ('a', 'b')"]
FILTERS += ["name <> 'a'", "name IS NULL", "NOT amount = 200", "name > 'a'", "name = ''"]


def test_random_row_filters_imply_what_duckdb_says() -> None:
    dice, session = random.Random(22), duckdb.connect()
    session.execute(
        "CREATE TABLE rows AS SELECT * FROM (VALUES (NULL), (99), (100), (150), (200), (250), (300), (301)) a(amount), "
        "(VALUES (NULL), (''), ('a'), ('aa'), ('b'), ('c'), ('A')) b(name)"
    )
    implied = 0
    for _ in range(200):
        first, second = (
            f"({dice.choice(FILTERS)} {dice.choice(['AND', 'OR'])} {dice.choice(FILTERS)})" for _ in range(2)
        )
        more = session.execute(f"SELECT count(*) FROM rows WHERE {first} AND ({second}) IS NOT TRUE").fetchall()[0][0]
        assert sql.cell_filter_implies(first, second) is (more == 0), (first, second)
        implied += more == 0
    assert implied > 20
