"""Random masking policies: what DuckDB shows to a session without roles must be found by the analysis."""

from __future__ import annotations

import random
import re

import duckdb

from lakekit_policies import sql

CONDITIONS = [
    "IS_ROLE_IN_SESSION('A')",
    "IS_ROLE_IN_SESSION('PUBLIC')",
    "CURRENT_ROLE() = 'A'",
    "CURRENT_ROLE() <> 'A'",
    "CURRENT_ROLE() IN ('A', 'B')",
    "CURRENT_ROLE() NOT IN ('A', 'B')",
    "CURRENT_ROLE() = CURRENT_ROLE()",
    "CURRENT_ROLE() LIKE 'S%'",
    "val IS NULL",
    "val IS NOT NULL",
    "val = 'v1'",
    "val = val",
    "other = 'o1'",
    "1 = 1",
    "1 > 2",
    "TRUE",
    "FALSE",
    "NULL",
    "length(val) = 2",
    "EXISTS (SELECT 1 FROM entitlements WHERE role_name = CURRENT_ROLE())",
    "EXISTS (SELECT count(*) FROM entitlements WHERE role_name = CURRENT_ROLE())",
    "CURRENT_ROLE() IN (SELECT role_name FROM entitlements)",
]
VALUES = [
    "val",
    "other",
    "'***'",
    "NULL::VARCHAR",
    "'v1'",
    "lower(val)",
    "concat(val, 'x')",
    "val || ''",
    "substr(val, 1, 1)",
]
SESSION = """
PRAGMA disable_optimizer;
CREATE TABLE entitlements (role_name VARCHAR);
INSERT INTO entitlements VALUES ('A'), ('B');
CREATE TABLE rows AS SELECT * FROM (VALUES ('v1'), ('v2')) a(val), (VALUES ('o1'), ('o2')) b(other);
"""


def condition(dice: random.Random, depth: int) -> str:
    if depth == 0 or dice.random() < 0.3:
        return dice.choice(CONDITIONS)
    shape = dice.choice(["({} AND {})", "({} OR {})", "(NOT {})", "if({}, {}, {})"])
    return shape.format(*(condition(dice, depth - 1) for _ in range(shape.count("{}"))))


def value(dice: random.Random, depth: int) -> str:
    if depth == 0 or dice.random() < 0.2:
        return dice.choice(VALUES)
    c, v = condition(dice, depth - 1), [value(dice, depth - 1) for _ in range(3)]
    return dice.choice(
        [
            f"CASE WHEN {c} THEN {v[0]} ELSE {v[1]} END",
            f"CASE WHEN {c} THEN {v[0]} WHEN {condition(dice, depth - 1)} THEN {v[1]} ELSE {v[2]} END",
            f"if({c}, {v[0]}, {v[1]})",
            f"coalesce({v[0]}, {v[1]})",
            f"CASE {v[0]} WHEN 'v1' THEN {v[1]} ELSE {v[2]} END",
            f"({v[0]})",
        ]
    )


def as_snowflake(text: str) -> str:
    return re.sub(r"\bif\(", "IFF(", text)


def as_duckdb(text: str) -> str:
    """The text for a session of the role STRANGER."""
    text = text.replace("CURRENT_ROLE()", "'STRANGER'").replace("IS_ROLE_IN_SESSION('A')", "FALSE")
    return text.replace("IS_ROLE_IN_SESSION('PUBLIC')", "TRUE")


def test_what_a_session_without_roles_sees_is_found() -> None:
    dice, session = random.Random(20), duckdb.connect()
    session.execute(SESSION)
    leaks = silent = 0
    for _ in range(600):
        body = value(dice, 3)
        seen: dict[str, set[object]] = {}
        for other, result in session.execute(f"SELECT other, {as_duckdb(body)} FROM rows").fetchall():
            seen.setdefault(other, set()).add(result)
        leaking = any(len(results) > 1 for results in seen.values())
        problems = sql.masking_policy_problems(as_snowflake(body), ["VAL", "OTHER"])
        assert problems or not leaking, body
        leaks += leaking
        silent += not problems
    # Both kinds are frequent enough for the test to mean something.
    assert leaks > 60
    assert silent > 60
