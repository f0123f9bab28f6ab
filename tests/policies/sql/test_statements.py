"""Statements that `snowflake_execute`, tasks and procedures may run."""

from __future__ import annotations

import time

import pytest

from lakekit_policies import sql
from lakekit_policies.sql.read_only import is_read_only

GRANT = "GRANT ROLE ACCOUNTADMIN TO USER BOB"
ALLOWED = [
    (
        "CREATE ICEBERG TABLE IF NOT EXISTS D.S.T EXTERNAL_VOLUME = 'V' CATALOG = 'C' AUTO_REFRESH = TRUE",
        "DROP ICEBERG TABLE IF EXISTS d.s.t",
    ),
    (
        "CREATE CATALOG INTEGRATION IF NOT EXISTS CI REST_CONFIG = (CATALOG_URI = 'x') ENABLED = TRUE COMMENT = 'a;b'",
        "DROP CATALOG INTEGRATION IF EXISTS CI",
    ),
    (
        'ALTER ICEBERG TABLE "A"."B" ADD ROW ACCESS POLICY "P" ON (C) -- all rows',
        'ALTER ICEBERG TABLE IF EXISTS "A"."B" DROP ROW ACCESS POLICY "P"',
    ),
    ("ALTER ACCOUNT SET RESOURCE_MONITOR = RM", "ALTER ACCOUNT UNSET RESOURCE_MONITOR;"),
    ("EXECUTE IMMEDIATE 'ALTER ACCOUNT SET RESOURCE_MONITOR = RM'", "ALTER ACCOUNT UNSET RESOURCE_MONITOR"),
]
REFUSED = [
    GRANT,
    "gRaNt role a to user b",
    f"/* CREATE ICEBERG TABLE IF NOT EXISTS */ {GRANT}",
    f"-- comment\n{GRANT}",
    f"// comment\n{GRANT}",
    f"/* /* */ {GRANT} /* */ */",
    f"EXECUTE IMMEDIATE '{GRANT}'",
    f"EXECUTE IMMEDIATE $${GRANT}$$",
    f"EXECUTE IMMEDIATE $$BEGIN {GRANT}; END$$",
    "EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE ''GRANT ROLE A TO USER B'''",
    "EXECUTE IMMEDIATE 'GRA' || 'NT ROLE A TO USER B'",
    "EXECUTE IMMEDIATE $statement",
    "EXECUTE IMMEDIATE FROM @S/x.sql",
    f"BEGIN {GRANT}; END",
    f"BEGIN; {GRANT}; COMMIT",
    f"DECLARE X INT; BEGIN {GRANT}; END",
    f"CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'C'; {GRANT}",
    "CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'C' AS SELECT * FROM S",
    "CREATE ICEBERG TABLE IF NOT EXISTS T CLONE S",
    "CREATE OR REPLACE ICEBERG TABLE T CATALOG = 'C'",
    "CREATE TABLE IF NOT EXISTS T (A INT)",
    "ALTER ICEBERG TABLE A ADD ROW ACCESS POLICY P ON (C), DROP ROW ACCESS POLICY Q",
    "ALTER ICEBERG TABLE A DROP ALL ROW ACCESS POLICIES",
    "ALTER TABLE T MODIFY COLUMN C SET MASKING POLICY P FORCE",
    "ALTER TABLE T MODIFY COLUMN C UNSET MASKING POLICY",
    "ALTER TABLE T MODIFY COLUMN C SET TAG X = 'public'",
    "ALTER ACCOUNT SET RESOURCE_MONITOR = RM, NETWORK_POLICY = X",
    "ALTER ACCOUNT SET RESOURCE_MONITOR = NULL",
    "ALTER SHARE S ADD ACCOUNTS = O.A",
    "COPY INTO 's3://x/' FROM T",
    "CREATE USER BOB PASSWORD 'x'",
    "CALL P()",
    "DROP DATABASE X",
    "USE ROLE ACCOUNTADMIN",
    '"GRANT" ROLE A TO USER B',
    "${var.statement}",
    "\u200bGRANT ROLE A TO USER B",
    "CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'C",
    "",
]
SCRIPTS = [
    "INSERT INTO A SELECT CASE WHEN X THEN 1 ELSE 2 END FROM B",
    "MERGE INTO A USING B ON A.X = B.X WHEN MATCHED THEN UPDATE SET X = 1 WHEN NOT MATCHED THEN INSERT (X) VALUES (1)",
    "CALL D.S.P(1)",
    "BEGIN LET X := 1; IF (X > 1) THEN DELETE FROM A WHERE B = X; END IF; RETURN X; END",
    "DECLARE N INT DEFAULT 1; R RESULTSET; BEGIN R := (SELECT 1); RETURN TABLE(R); END",
    "FOR R IN C DO INSERT INTO A VALUES (1); END FOR",
    "COPY INTO T FROM @S",
    "ALTER ICEBERG TABLE T REFRESH",
    "SELECT GET(A, 0) FROM T",
    "EXECUTE IMMEDIATE 'INSERT INTO A SELECT 1'",
    "BEGIN CREATE OR REPLACE TEMPORARY TABLE X AS SELECT 1; END",
]
REFUSED_SCRIPTS = [
    GRANT,
    f"BEGIN {GRANT}; END",
    f"BEGIN IF (TRUE) THEN {GRANT}; END IF; END",
    f"BEGIN SELECT 1; -- harmless\n {GRANT}; END",
    f"FOR R IN C DO {GRANT}; END FOR",
    f"SELECT 1; {GRANT}",
    f"EXECUTE IMMEDIATE $$ BEGIN {GRANT}; END $$",
    "EXECUTE IMMEDIATE 'GRA' || 'NT ROLE A TO USER B'",
    "BEGIN LET S := 'x'; EXECUTE IMMEDIATE :S; END",
    "BEGIN R := (EXECUTE IMMEDIATE 'DROP TABLE X'); END",
    "COPY INTO 's3://x/' FROM T",
    "COPY INTO @S FROM T STORAGE_INTEGRATION = X",
    "CREATE TABLE X AS SELECT 1",
    "USE ROLE ACCOUNTADMIN",
    "SELECT SYSTEM$GLOBAL_ACCOUNT_SET_PARAMETER('a', 'b', 'c')",
    "PUT file://x @S",
    "GET @S file://x",
    "ALTER USER B SET RSA_PUBLIC_KEY = 'x'",
    "FROBNICATE THE TABLE",
]
QUERIES = {
    "SHOW TABLES LIKE 'T'": True,
    "DESCRIBE CATALOG INTEGRATION X": True,
    "SELECT * FROM TABLE(D.INFORMATION_SCHEMA.POLICY_REFERENCES(POLICY_NAME => 'x'))": True,
    "SELECT NAME FROM SNOWFLAKE.ACCOUNT_USAGE.ROLES": True,
    "SELECT SYSTEM$GET_TAG('x', 'y', 'z')": True,
    "SELECT * FROM D.S.CUSTOMERS": False,
    "SELECT D.S.UDF()": False,
    "SELECT UDF()": False,
    "SELECT * FROM TABLE(PROCEDURE_())": False,
    "SELECT SYSTEM$GLOBAL_ACCOUNT_SET_PARAMETER('a', 'b', 'c')": False,
    "SHOW TABLES ->> SELECT * FROM $1": False,
    "SHOW TABLES; DROP TABLE X": False,
    "CALL P()": False,
    "": False,
}


@pytest.mark.parametrize(("execute", "revert"), ALLOWED)
def test_allowed_statements_with_their_inverse_pass(execute: str, revert: str) -> None:
    assert sql.execute_problems(execute, revert, "SHOW TABLES") == []


@pytest.mark.parametrize("execute", REFUSED)
def test_other_statements_are_refused(execute: str) -> None:
    found = sql.execute_problems(execute, "DROP ICEBERG TABLE IF EXISTS T", "SHOW TABLES")
    assert any(problem.startswith("execute ") for problem in found)


@pytest.mark.parametrize(
    "revert", [f"{GRANT}", "DROP ICEBERG TABLE IF EXISTS U", "DROP SCHEMA IF EXISTS T", "SELECT 1"]
)
def test_a_revert_undoes_the_statement_and_nothing_else(revert: str) -> None:
    (problem,) = sql.execute_problems("CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'C'", revert, "SHOW TABLES")
    assert problem.startswith("revert ")


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_that_read_and_write_data_pass(script: str) -> None:
    assert sql.script_problems([("sql", script)]) == []


@pytest.mark.parametrize("script", REFUSED_SCRIPTS)
def test_scripts_that_change_access_or_structure_are_refused(script: str) -> None:
    assert sql.script_problems([("sql", script)])


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_queries_read_metadata_only(query: str, *, expected: bool) -> None:
    assert is_read_only(query) is expected


HOSTILE = {
    "parentheses": "(" * 20_000,
    "blocks": "BEGIN " * 15_000,
    "semicolons": ";" * 50_000,
    "quotes": "EXECUTE IMMEDIATE '" * 5_000,
    "long text": f"SELECT '{'x' * 200_000}'",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_statements_end_quickly(text: str) -> None:
    started = time.process_time()
    assert sql.execute_problems(text, text, text)
    # Words without a statement change nothing; Snowflake rejects them.
    assert len(sql.script_problems([("sql", text)])) <= 1
    assert time.process_time() - started < 10


def test_messages_show_qualified_names() -> None:
    (problem,) = sql.script_problems([("sql_statement", 'ALTER TABLE D.S."t" DROP ROW ACCESS POLICY D.S.P')])
    assert 'ALTER TABLE D.S."t" DROP …' in problem
    problems = sql.execute_problems("ALTER TABLE D.S.T DROP COLUMN C", "DROP TABLE T", "SHOW TABLES")
    assert problems[0] == "execute is not an allowed statement: ALTER TABLE D.S.T DROP COLUMN …"
