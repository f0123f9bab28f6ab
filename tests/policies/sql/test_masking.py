"""Masking policies are proven by following the value."""

from __future__ import annotations

import time

import pytest
from masking_rewrites import HIDDEN, VISIBLE

from lakekit_policies import sql

ARGUMENTS = ["VAL", "OTHER"]


@pytest.mark.parametrize("body", VISIBLE)
def test_a_value_that_comes_out_is_reported(body: str) -> None:
    assert sql.masking_policy_problems(body, ARGUMENTS)


@pytest.mark.parametrize("body", HIDDEN)
def test_a_value_behind_named_roles_passes(body: str) -> None:
    assert sql.masking_policy_problems(body, ARGUMENTS) == []


def test_the_message_says_what_comes_out_and_when() -> None:
    (problem,) = sql.masking_policy_problems("CASE WHEN 1=1 THEN (val) ELSE '***' END", ["VAL"])
    assert problem == "VAL is visible by default: the result is `val` when `1 = 1`, for every role"


@pytest.mark.parametrize(
    "result", ["SHA2(val, 512)", "REGEXP_REPLACE(val, '.+@', '*****@')", "DATE_TRUNC('YEAR', val)"]
)
def test_the_message_says_that_a_part_of_the_value_comes_out(result: str) -> None:
    (problem,) = sql.masking_policy_problems(f"IFF(IS_ROLE_IN_SESSION('X'), val, {result})", ["VAL"])
    assert problem.startswith("a value computed from VAL is visible by default: the result is ")


@pytest.mark.parametrize(
    ("body", "whom"),
    [
        ("DECODE(CURRENT_ROLE(), 'FR_PII', '***', VAL)", "every role that the policy does not name"),
        ("CASE WHEN CURRENT_ROLE() <> 'X' THEN VAL ELSE '***' END", "every role that the policy does not name"),
        ("IFF(IS_ROLE_IN_SESSION('X'), '***', VAL)", "every role that the policy does not name"),
        ("CONCAT(VAL, '')", "every role"),
    ],
)
def test_the_message_says_for_whom(body: str, whom: str) -> None:
    (problem,) = sql.masking_policy_problems(body, ["VAL"])
    assert problem.partition(";")[0].endswith(f", for {whom}")


@pytest.mark.parametrize("name", ["val", "Val", "VAL"])
def test_names_are_compared_without_case(name: str) -> None:
    assert sql.masking_policy_problems("vAl", [name])
    assert sql.masking_policy_problems(f'"{name}"', [name])


def test_viewers_are_the_named_roles_that_see_the_value() -> None:
    body = "CASE WHEN IS_ROLE_IN_SESSION('A') OR IS_ROLE_IN_SESSION('B') AND OTHER = 'x' THEN VAL "
    body += "WHEN IS_ROLE_IN_SESSION('C') THEN 'partial' ELSE '***' END"
    assert sql.masking_policy_viewers(body, ARGUMENTS) == {"A", "B"}


HOSTILE = {
    "parentheses": "(" * 5000 + "VAL" + ")" * 5000,
    "nested CASE": "CASE WHEN TRUE THEN " * 1000 + "1" + " END" * 1000,
    "nested DECODE": "DECODE(" * 30 + "VAL" + ",1,2,3,4)" * 30,
    "nested COALESCE": "COALESCE(" * 30 + "VAL" + ",1,2)" * 30,
    "NOT": "NOT " * 5000 + "VAL",
    "long OR": "CASE WHEN " + " OR ".join(["IS_ROLE_IN_SESSION('A')"] * 3000) + " THEN VAL ELSE '***' END",
    "long text": "'" + "x" * 200_000 + "'",
    "unbalanced": "CASE WHEN (((",
    "empty": "",
    "control characters": "\x00\x01",
    "lone surrogate": "CASE WHEN '\ud800' THEN VAL END",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_sql_ends_quickly_and_is_not_passed(body: str) -> None:
    started = time.process_time()
    problems = sql.masking_policy_problems(body, ["VAL"])
    assert time.process_time() - started < 10
    # A long list of named roles is valid SQL.
    assert problems or "IS_ROLE_IN_SESSION" in body


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ("SHA2(val)", "without a literal of at least 16 characters as a salt, a reader confirms guesses"),
        ("SHA2(val || 'short')", "as a salt"),
        ("MD5(val)", "use SHA2 of the value and a salt"),
        ("HASH(val)", "use SHA2"),
        ("DATE_TRUNC('month', val)", "name the roles that may see what is left of the value"),
        ("'*' || RIGHT(val, 4)", "what is left of the value"),
    ],
)
def test_the_message_says_why_a_partial_mask_is_none_and_what_is_accepted(result: str, why: str) -> None:
    (problem,) = sql.masking_policy_problems(f"CASE WHEN IS_ROLE_IN_SESSION('A') THEN val ELSE {result} END", ["val"])
    assert why in problem


def test_a_salted_hash_is_accepted() -> None:
    assert sql.masking_policy_problems("SHA2(CONCAT('0123456789abcdef', val))", ["val"]) == []
