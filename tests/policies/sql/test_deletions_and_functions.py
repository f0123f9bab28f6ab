"""Statements that delete every row, and functions that Snowflake does not define."""

from __future__ import annotations

import pytest

from lakekit_policies import sql

EMPTIES = [
    "TRUNCATE TABLE T",
    "truncate table if exists T",
    "DELETE FROM T",
    "DELETE FROM T USING X",
    "DELETE FROM T WHERE TRUE",
    "DELETE FROM T WHERE 1 = 1",
    "DELETE FROM T WHERE NOT FALSE",
    "DELETE FROM T WHERE ID = ID",
    "DELETE FROM T WHERE ID = 1 OR 1 = 1",
    "DELETE FROM T WHERE ID IS NULL OR ID IS NOT NULL",
    "DELETE FROM T WHERE RANDOM() > -1",
    "DELETE FROM T WHERE CURRENT_DATE > '2020-01-01'",
    "DELETE /* WHERE ID = 1 */ FROM T",
    "MERGE INTO T USING X ON TRUE WHEN MATCHED THEN DELETE",
    "BEGIN LET A := 1; IF (A > 0) THEN DELETE FROM T; END IF; END",
    "EXECUTE IMMEDIATE $$TRUNCATE TABLE T$$",
    "EXECUTE IMMEDIATE 'DELETE FROM T'",
    "INSERT OVERWRITE INTO T SELECT * FROM T WHERE 1 = 0",
    "INSERT OVERWRITE INTO T SELECT * FROM T WHERE FALSE ORDER BY A",
    "INSERT OVERWRITE INTO T SELECT * FROM T LIMIT 0",
    "INSERT OVERWRITE INTO T SELECT NULL, NULL",
    "INSERT OVERWRITE INTO T VALUES (1)",
]
UPDATES = [
    "UPDATE T SET EMAIL = NULL",
    "UPDATE T SET EMAIL = 'x' WHERE TRUE",
    "UPDATE T SET EMAIL = (SELECT E FROM X WHERE ID = 1)",
    "BEGIN UPDATE T SET A = 1; END",
    "EXECUTE IMMEDIATE 'UPDATE T SET A = 0 WHERE 1 = 1'",
]
KEEPS = [
    "INSERT OVERWRITE INTO T SELECT A, SUM(B) FROM X GROUP BY A",
    "INSERT OVERWRITE INTO T SELECT * FROM X WHERE DAY = CURRENT_DATE",
    "INSERT OVERWRITE INTO T SELECT * FROM X WHERE TRUE LIMIT 10",
    "INSERT OVERWRITE INTO T SELECT * FROM X WHERE FALSE UNION ALL SELECT * FROM Y",
    "UPDATE T SET A = 1 WHERE ID = 1",
    "UPDATE T SET A = X.A FROM X WHERE T.ID = X.ID",
    "MERGE INTO T USING X ON T.ID = X.ID WHEN MATCHED THEN UPDATE SET A = X.A",
    "DELETE FROM T WHERE ID = 1",
    "DELETE FROM T WHERE LOADED < DATEADD(day, -30, CURRENT_DATE)",
    "DELETE FROM T USING X WHERE T.ID = X.ID",
    "DELETE FROM T WHERE ID IN (SELECT ID FROM X WHERE TRUE)",
    "MERGE INTO T USING X ON T.ID = X.ID WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (A) VALUES (1)",
    "SELECT TRUNCATE(A, 2) FROM T",
    "BEGIN CREATE TEMPORARY TABLE T AS SELECT 1 A; TRUNCATE TABLE T; END",
]
OF_SNOWFLAKE = [
    "INSERT INTO D.S.T (A, B) SELECT SHA2(Z), COUNT(*), CAST(X AS NUMBER(38,0)), Y::INT FROM TABLE(FLATTEN(Q))",
    "WITH q (a) AS (SELECT 1), r (b) AS (SELECT 2) SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM q",
    "SELECT * FROM D.S.T PIVOT(SUM(x) FOR m IN ('a')) AS p (a, b)",
    "SELECT SNOWFLAKE.CORTEX.COMPLETE('a', 'b'), IFF(A, B, C), CASE WHEN (A) THEN (B) ELSE (C) END FROM T",
    "BEGIN LET X NUMBER(3) := (SELECT 1); IF (X > 1) THEN RETURN X; END IF; END",
    "CREATE TEMP TABLE X (A INT) AS SELECT 1",
    "SELECT V.A FROM VALUES (1), (2) V (A, B)",
    "SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY b), SYSTEM$TYPEOF(a), H3_CELL_TO_POINT(b), AI_COMPLETE('m', b)",
]
OF_USERS = {
    "SELECT LEAK(EMAIL) FROM T": ("LEAK",),
    "SELECT D.S.LEAK(EMAIL) FROM T": ("D", "S", "LEAK"),
    'SELECT "D"."S"."UPPER"(EMAIL) FROM T': ("D", "S", "UPPER"),
    'SELECT "UPPER"(EMAIL) FROM T': ("UPPER",),
    "SELECT 1 / AI_LEAK(X) FROM T": ("AI_LEAK",),
    "SELECT * FROM T JOIN TABLE(D.S.ROWS_OF(T.A)) ON TRUE": ("D", "S", "ROWS_OF"),
    "SELECT CASE WHEN A THEN LEAK(B) END FROM T": ("LEAK",),
    "BEGIN LET A := LEAK(1); END": ("LEAK",),
    "MERGE INTO T USING X ON LEAK(T.A) WHEN MATCHED THEN DELETE": ("LEAK",),
    "EXECUTE IMMEDIATE 'SELECT LEAK(A) FROM T'": ("LEAK",),
}


@pytest.mark.parametrize("script", EMPTIES)
def test_script_that_deletes_every_row_is_refused(script: str) -> None:
    (problem,) = sql.script_problems([("sql", script)])
    assert "deletes every row of T" in problem


@pytest.mark.parametrize("script", UPDATES)
def test_script_that_updates_every_row_is_refused(script: str) -> None:
    (problem,) = sql.script_problems([("sql", script)])
    assert "updates every row of T" in problem


@pytest.mark.parametrize("script", KEEPS)
def test_script_that_deletes_some_rows_passes(script: str) -> None:
    assert sql.script_problems([("sql", script)]) == []


@pytest.mark.parametrize("script", OF_SNOWFLAKE)
def test_functions_of_snowflake_are_known(script: str) -> None:
    assert sql.script_callees(script) == []


@pytest.mark.parametrize("script", OF_USERS)
def test_functions_of_users_are_found(script: str) -> None:
    assert sql.script_callees(script) == [("function", OF_USERS[script])]


@pytest.mark.parametrize("text", ["user@acme.example", "see foo (bar)", "please select"])
def test_texts_of_programs_are_no_calls(text: str) -> None:
    assert sql.script_callees(f"x = '{text}'", language="python") == []
