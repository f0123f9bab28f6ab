"""Row access policies show rows to named roles only."""

from __future__ import annotations

import pytest

from lakekit_policies import sql

VISIBLE = [
    "TRUE",
    "1 = 1",
    "NOT FALSE",
    "COUNTRY = 'DE'",
    "COUNTRY = COUNTRY",
    "COUNTRY LIKE '%'",
    "COUNTRY IS NULL OR COUNTRY IS NOT NULL",
    "CASE WHEN 1=1 THEN TRUE ELSE FALSE END",
    "CASE WHEN IS_ROLE_IN_SESSION('PUBLIC') THEN TRUE ELSE FALSE END",
    "CASE WHEN IS_ROLE_IN_SESSION('A') THEN COUNTRY = 'DE' ELSE TRUE END",
    "CASE WHEN COUNTRY = 'DE' THEN TRUE ELSE FALSE END",
    "IS_ROLE_IN_SESSION('A') OR TRUE",
    "IS_ROLE_IN_SESSION('A') OR COUNTRY IS NOT NULL",
    "NOT IS_ROLE_IN_SESSION('A')",
    "CURRENT_ROLE() <> 'A'",
    "CURRENT_ROLE() NOT IN ('A', 'B')",
    "CURRENT_ROLE() IN (SELECT CURRENT_ROLE())",
    "CURRENT_USER() IS NOT NULL",
    "CURRENT_USER() = 'BOB'",
    "IFF(FALSE, FALSE, TRUE)",
    "EXISTS (SELECT 1)",
    "EXISTS (SELECT 1 FROM D.S.M)",
    "EXISTS (SELECT 1 FROM D.S.M WHERE COUNTRY = M.COUNTRY)",
    "EXISTS (SELECT MAX(R) FROM D.S.M WHERE R = CURRENT_ROLE())",
    "EXISTS (SELECT 1 FROM D.S.M WHERE R = CURRENT_ROLE() OR COUNTRY = 'DE')",
    "EXISTS (SELECT 1 FROM D.S.M WHERE R = CURRENT_ROLE() UNION SELECT 1)",
    "EXISTS (SELECT 1 FROM VALUES ('X') AS M(R) WHERE R = CURRENT_ROLE())",
    "CURRENT_ROLE() IN (SELECT ROLE_NAME FROM D.INFORMATION_SCHEMA.APPLICABLE_ROLES)",
    "(SELECT TRUE)",
    "'true'::BOOLEAN",
    "CASE WHEN IS_ROLE_IN_SESSION('A') THEN FALSE ELSE TRUE",
    "TRUE; TRUE",
    "",
]
HIDDEN = [
    "FALSE",
    "IS_ROLE_IN_SESSION('A')",
    "IS_ROLE_IN_SESSION('A') AND COUNTRY = 'DE'",
    "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE WHEN IS_ROLE_IN_SESSION('B') THEN COUNTRY IN ('DE') ELSE FALSE END",
    "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE END",
    "EXISTS (SELECT 1 FROM D.S.M WHERE R = CURRENT_ROLE() AND M.REGION = COUNTRY)",
    "EXISTS (SELECT 1 FROM D.S.M WHERE MANAGER = CURRENT_USER() AND REGION = COUNTRY)",
    "EXISTS (SELECT 1 FROM D.S.M JOIN D.S.N ON M.ID = N.ID WHERE IS_ROLE_IN_SESSION(M.R))",
    "CURRENT_ROLE() IN ('A', 'B') OR EXISTS (SELECT 1 FROM D.S.M WHERE R = CURRENT_ROLE())",
    "NOT (NOT IS_ROLE_IN_SESSION('A'))",
    "(CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE ELSE FALSE END)::BOOLEAN",
]


@pytest.mark.parametrize("body", VISIBLE)
def test_rows_for_everyone_are_reported(body: str) -> None:
    assert sql.row_policy_problems(body, ["COUNTRY"])


@pytest.mark.parametrize("body", HIDDEN)
def test_rows_for_named_roles_pass(body: str) -> None:
    assert sql.row_policy_problems(body, ["COUNTRY"]) == []


def test_unrestricted_roles_see_every_row() -> None:
    body = "CASE WHEN IS_ROLE_IN_SESSION('A') THEN TRUE WHEN IS_ROLE_IN_SESSION('B') THEN COUNTRY = 'DE' ELSE FALSE END"
    assert sql.unrestricted_roles(body, ["COUNTRY"]) == {"A"}
