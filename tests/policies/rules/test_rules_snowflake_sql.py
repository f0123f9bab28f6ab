"""Rules for SQL that runs later, views, networks, ownership, users, tokens and authentication policies."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Change, both, put
from snowflake_fixtures import case

__all__ = ["test_passes", "test_rejects"]

_GRANT = "GRANT ROLE ACCOUNTADMIN TO USER BOB"
_EXECUTE = "snowflake_execute/Orders/execute"


def add(kind: str, **body: Any) -> Change:
    return put(f"resource/snowflake_{kind}", {"New": body})


def procedure(language: str, body: str, **more: Any) -> Change:
    return add(f"procedure_{language}", name="P", procedure_definition=body, **more)


def task(statement: str) -> Change:
    return put("resource/snowflake_task", {"Runs": {"name": "T", "sql_statement": statement}})


def _inline(language: str, body: str) -> str:
    return f"WITH p AS PROCEDURE() RETURNS INT LANGUAGE {language} AS '{body}' CALL p()"


def _masked_schema(*more: Change) -> Change:
    """A schema whose tag has a masking policy."""
    return both(
        put("resource/snowflake_tag", {"Tag": {"name": "PII_TAG", "masking_policies": ["M"]}}),
        put(
            "resource/snowflake_tag_association",
            {
                "Tagged": {
                    "tag_id": "G.S.PII_TAG",
                    "tag_value": "x",
                    "object_type": "SCHEMA",
                    "object_identifiers": ["D.RAW"],
                }
            },
        ),
        *more,
    )


_MASK = put(
    "resource/snowflake_table_column_masking_policy_application",
    {"Mask": {"table": '"D"."S"."CUST"', "column": "EMAIL", "masking_policy": "M"}},
)
_GRANTED = "snowflake_grant_privileges_to_account_role/Reads"

CASES = [
    case(
        "LK_SF_8",
        {"largest size": (put("snowflake_warehouse/Query/warehouse_size", "X6LARGE"), "at most X4LARGE")},
        {"large size in prod": put("snowflake_warehouse/Query/warehouse_size", "X4LARGE")},
    ),
    case(
        "LK_SF_12",
        {
            "right to apply policies": (
                put(f"{_GRANTED}/privileges", ["APPLY MASKING POLICY"]),
                "privileges APPLY MASKING POLICY control policies",
            ),
            "metadata of the account": (put(f"{_GRANTED}/privileges", ["IMPORTED PRIVILEGES"]), "IMPORTED PRIVILEGES"),
            "future tables of a database": (
                put(
                    f"{_GRANTED}/on_schema_object",
                    {"future": {"object_type_plural": "TABLES", "in_database": "ACME_PROD_CURATED"}},
                ),
                "future TABLES of database ACME_PROD_CURATED are granted",
            ),
        },
    ),
    case(
        "LK_SF_22",
        {
            "pipe that grants": (put("snowflake_pipe/Events/copy_statement", _GRANT), "is not one COPY INTO a table"),
            "pipe that unloads": (
                put("snowflake_pipe/Events/copy_statement", "COPY INTO @S FROM T"),
                "is not one COPY INTO a table",
            ),
            "foreign URL": (
                put("snowflake_pipe/Events/copy_statement", "COPY INTO T FROM 'gcs://x/'"),
                "copies to or from a URL",
            ),
            "stage of another configuration": (
                put("snowflake_pipe/Events/copy_statement", "COPY INTO T FROM @D.S.FOREIGN/x"),
                "copy_statement reads stage D.S.FOREIGN, which this",
            ),
        },
    ),
    case(
        "LK_SF_16",
        {
            "administrative default role": (
                put("snowflake_user/Person/default_role", '"ACCOUNTADMIN"'),
                "default_role is ACCOUNTADMIN",
            ),
            "MFA disabled": (put("snowflake_user/Person/disable_mfa", "true"), "disable_mfa is true"),
            "MFA bypassed": (put("snowflake_user/Person/mins_to_bypass_mfa", 60), "mins_to_bypass_mfa is 60"),
            "all secondary roles": (
                put("snowflake_user/Person/default_secondary_roles_option", "ALL"),
                "default_secondary_roles_option is ALL",
            ),
            "unload allowed": (
                put("snowflake_user/Person/prevent_unload_to_internal_stages", False),
                "prevent_unload_to_internal_stages is false",
            ),
            "legacy service user with a password": (
                add("legacy_service_user", name="OLD", password="x"),
                "password is set in the configuration",
            ),
        },
    ),
    case(
        "LK_SF_17",
        {
            "internet in halves": (
                put("snowflake_network_policy/Office/allowed_ip_list", ["0.0.0.0/1", "128.0.0.0/1"]),
                "0.0.0.0/1 has",
            ),
            "many adjacent networks": (
                put("snowflake_network_policy/Office/allowed_ip_list", [f"52.{n}.0.0/16" for n in range(8)]),
                "the networks have 524288 public addresses in all",
            ),
            "network rule of the policy": (
                both(
                    put("snowflake_network_policy/Office/allowed_network_rule_list", ['"D"."S"."NR"']),
                    add("network_rule", name="NR", type="IPV4", mode="INGRESS", value_list=["0.0.0.0/0"]),
                ),
                "0.0.0.0/0 has 4294967296 addresses",
            ),
        },
    ),
    case(
        "LK_SF_18",
        {
            "parameter of a user": (
                add("object_parameter", key="prevent_unload_to_inline_url", value="off", object_type="USER"),
                "PREVENT_UNLOAD_TO_INLINE_URL is false",
            ),
            "parameter of the account": (
                add("current_account", prevent_unload_to_inline_url=False),
                "PREVENT_UNLOAD_TO_INLINE_URL is false",
            ),
            "no network policy": (
                put("snowflake_account_parameter/N", {"key": "NETWORK_POLICY", "value": ""}),
                "NETWORK_POLICY is empty",
            ),
        },
        {"enabled with another word": add("account_parameter", key="PREVENT_UNLOAD_TO_INLINE_URL", value="TRUE")},
    ),
    case(
        "LK_SF_20",
        {
            "foreign bucket": (
                put("snowflake_stage/Landing/url", "s3://not-ours/x/"),
                "url s3://not-ours/x/ is outside of the trust boundary",
            ),
            "external table of an unknown stage": (
                add("external_table", name="E", location="@D.S.FOREIGN/x"),
                "location reads stage D.S.FOREIGN, which this",
            ),
        },
    ),
    case(
        "LK_SF_24",
        {
            "EXECUTE IMMEDIATE": (put(_EXECUTE, f"EXECUTE IMMEDIATE '{_GRANT}'"), "whose statement is not an allowed"),
            "EXECUTE IMMEDIATE of an expression": (
                put(_EXECUTE, "EXECUTE IMMEDIATE 'GRA' || 'NT ROLE A TO USER B'"),
                "EXECUTE IMMEDIATE of an expression",
            ),
            "block": (put(_EXECUTE, f"BEGIN {_GRANT}; END"), "is a block (BEGIN GRANT ROLE, END)"),
            "two statements": (
                put(_EXECUTE, f"CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'CI'; {_GRANT}"),
                "holds 2 statements",
            ),
            "comment before the statement": (put(_EXECUTE, f"/* CREATE */ {_GRANT.lower()}"), "GRANT ROLE"),
            "share": (put(_EXECUTE, "ALTER SHARE S ADD ACCOUNTS = E.A"), "ALTER SHARE S ADD"),
            "unload": (put(_EXECUTE, "COPY INTO 's3://not-ours/' FROM T"), "COPY INTO"),
            "tag removed": (put(_EXECUTE, "ALTER TABLE T MODIFY COLUMN C UNSET TAG X"), "ALTER TABLE T MODIFY"),
            "policy removed": (put(_EXECUTE, "ALTER ICEBERG TABLE T DROP ROW ACCESS POLICY P"), "not an allowed"),
            "copy of a table": (
                put(_EXECUTE, "CREATE ICEBERG TABLE IF NOT EXISTS T CATALOG = 'CI' AS SELECT * FROM S"),
                "not an allowed statement",
            ),
            "revert that drops something else": (
                put("snowflake_execute/Orders/revert", "DROP DATABASE IF EXISTS ACME_PROD_CURATED"),
                "revert does not undo CREATE ICEBERG TABLE T",
            ),
            "query that stores data in the state": (
                put("snowflake_execute/Orders/query", "SELECT * FROM ACME_PROD_CURATED.SALES.CUSTOMERS"),
                "query is not a read-only statement on metadata",
            ),
            "query that runs a second statement": (
                put("snowflake_execute/Orders/query", "SHOW TABLES ->> SELECT * FROM $1"),
                "query is not a read-only statement",
            ),
        },
        {
            "masking policy": both(
                put(_EXECUTE, "ALTER TABLE D.S.T MODIFY COLUMN EMAIL SET MASKING POLICY D.S.M"),
                put("snowflake_execute/Orders/revert", "ALTER TABLE D.S.T ALTER COLUMN EMAIL UNSET MASKING POLICY"),
            )
        },
    ),
    case(
        "LK_SF_33",
        {
            "any network": (
                add("network_rule", name="N", type="IPV4", mode="INGRESS", value_list=["0.0.0.0/0"]),
                "4294967296 addresses",
            ),
            "any host": (
                add("network_rule", name="N", type="HOST_PORT", mode="EGRESS", value_list=["0.0.0.0:443"]),
                "0.0.0.0:443 allows every host",
            ),
            "foreign host": (
                add("network_rule", name="N", type="HOST_PORT", mode="EGRESS", value_list=["evil.example:443"]),
                "host evil.example:443 is outside",
            ),
            "endpoint of others": (
                add("network_rule", name="N", type="AWSVPCEID", mode="INGRESS", value_list=["vpce-0123456789abcdef0"]),
                "VPC endpoint vpce-0123456789abcdef0 is",
            ),
            "private host of others": (
                add(
                    "network_rule", name="N", type="PRIVATE_HOST_PORT", mode="EGRESS", value_list=["x.evil.example:443"]
                ),
                "private host x.evil.example:443 is outside",
            ),
            "empty": (add("network_rule", name="N", type="IPV4", mode="INGRESS"), "value_list is empty"),
            "invalid network": (
                add("network_rule", name="N", type="IPV4", mode="INGRESS", value_list=["office"]),
                "office is not a network",
            ),
            "other type": (add("network_rule", name="N", type="X", mode="INGRESS", value_list=["a"]), "type X"),
        },
        {
            "office": add("network_rule", name="N", type="IPV4", mode="INGRESS", value_list=["203.0.113.0/24"]),
            "own endpoint": both(
                put("trust_boundary", {"vpc_endpoints": ["vpce-0123456789abcdef0"]}),
                add("network_rule", name="N", type="AWSVPCEID", mode="INGRESS", value_list=["vpce-0123456789abcdef0"]),
            ),
        },
    ),
    case(
        "LK_SF_34",
        {
            "ownership for PUBLIC": (
                add("grant_ownership", account_role_name="PUBLIC", on=[{"object_type": "TABLE", "object_name": "T"}]),
                "ownership is transferred to PUBLIC",
            ),
            "future objects": (
                add("grant_ownership", account_role_name="FR_A", on=[{"future": [{"object_type_plural": "TABLES"}]}]),
                "ownership of future objects is transferred",
            ),
            "masking policy": (
                add("grant_ownership", account_role_name="FR_A", on=[{"object_type": "MASKING POLICY"}]),
                "ownership of a MASKING POLICY",
            ),
            "grants remain": (
                add("grant_ownership", account_role_name="FR_A", on=[{}], outbound_privileges="COPY"),
                "outbound_privileges is COPY",
            ),
        },
        {
            "one table": add(
                "grant_ownership",
                account_role_name="SYSADMIN",
                on=[{"object_type": "TABLE", "object_name": "T"}],
                outbound_privileges="REVOKE",
            )
        },
    ),
    case(
        "LK_SF_39",
        {
            "task that grants": (add("task", name="T", sql_statement=_GRANT), "changes access, structure or settings"),
            "task with EXECUTE IMMEDIATE": (
                add("task", name="T", sql_statement=f"EXECUTE IMMEDIATE $${_GRANT}$$"),
                "EXECUTE IMMEDIATE, which contains",
            ),
            "task with a block": (
                add("task", name="T", sql_statement=f"BEGIN IF (TRUE) THEN {_GRANT}; END IF; END"),
                "GRANT ROLE",
            ),
            "task that unloads": (
                add("task", name="T", sql_statement="COPY INTO 's3://x/' FROM T"),
                "to or from a URL",
            ),
            "alert that grants": (add("alert", name="A", condition="SELECT 1", action=_GRANT), "action contains"),
            "unfinished string": (add("task", name="T", sql_statement="SELECT 'x"), "cannot be evaluated"),
            "inline procedure in JavaScript": (
                task(_inline("JAVASCRIPT", f'snowflake.execute({{sqlText: "{_GRANT}"}})')),
                "the procedure: a text contains a statement that changes access",
            ),
            "inline procedure in Python": (
                task(_inline("PYTHON", f'def run(session): session.sql("{_GRANT}").collect()')),
                "the procedure: a text contains a statement that changes access",
            ),
            "inline procedure in SQL": (task(_inline("SQL", f"BEGIN {_GRANT}; END")), "the procedure contains"),
            "inline procedure in a text": (
                task(f"EXECUTE IMMEDIATE $${_inline('JAVASCRIPT', f'x = `{_GRANT}`')}$$".replace("$b$", "'")),
                "the procedure: a text contains",
            ),
            "inline procedure of a stage": (
                task("WITH p AS PROCEDURE() RETURNS INT LANGUAGE JAVA IMPORTS=('@s/x.jar') HANDLER='A.b' CALL p()"),
                "in JAVA whose body is not a literal",
            ),
            "procedure of another configuration": (task("CALL D.S.P()"), "calls procedure D.S.P, which this"),
            "procedure of another schema": (
                both(task("CALL D.X.P()"), procedure("sql", "BEGIN RETURN 1; END", database="D", schema="S")),
                "calls procedure D.X.P, which this",
            ),
            "procedure in a block": (task("BEGIN LET X := (CALL P()); END"), "calls procedure P, which this"),
            "SQL as an argument": (
                both(task(f"CALL D.S.P('{_GRANT}')"), procedure("sql", "BEGIN RETURN 1; END")),
                "an argument of CALL: a text contains a statement that changes access",
            ),
            "task of another configuration": (task("EXECUTE TASK D.S.OTHER"), "starts task D.S.OTHER, which this"),
            "stage of another configuration": (
                task("COPY INTO @D.S.EXT/x FROM D.S.T"),
                "unloads to stage D.S.EXT, which this",
            ),
            "quoted stage": (task("COPY INTO '@D.S.EXT' FROM D.S.T"), "unloads to stage D.S.EXT, which this"),
            "function of another configuration": (
                task("INSERT INTO T SELECT LEAK(EMAIL) FROM S"),
                "calls function LEAK, which this",
            ),
            "function of another schema": (
                both(task("SELECT D.X.F(A) FROM T"), add("function_sql", name="F", database="D", schema="S")),
                "calls function D.X.F, which this",
            ),
            "table function": (task("SELECT * FROM TABLE(D.S.EVERYBODY())"), "calls function D.S.EVERYBODY"),
            "load from another stage": (task("COPY INTO T FROM @D.S.EXT/x"), "reads stage D.S.EXT, which this"),
            "load by a query": (
                task("INSERT INTO T SELECT $1 FROM '@D.S.EXT/x'"),
                "reads stage D.S.EXT, which this",
            ),
            "every row": (task("TRUNCATE TABLE D.S.T"), "deletes every row of D.S.T"),
        },
        {
            "inline procedure that reads": task(_inline("JAVASCRIPT", 'snowflake.execute({sqlText: "SELECT 1"})')),
            "declared procedure": both(
                task("CALL D.S.P('x')"), procedure("sql", "BEGIN RETURN 1; END", database="D", schema="S")
            ),
            "declared function": both(
                task("SELECT D.S.F(A) FROM T"), add("function_sql", name="F", database="D", schema="S")
            ),
            "load from a declared stage": both(
                task("COPY INTO T FROM (SELECT $1 FROM @D.S.EXT/x (FILE_FORMAT => 'F'))"),
                add("stage", name="EXT", database="D", schema="S"),
            ),
            "some rows": task("DELETE FROM T WHERE LOADED < DATEADD(day, -30, CURRENT_DATE)"),
            "declared stage": both(
                task("COPY INTO @D.S.EXT/x FROM D.S.T"),
                add("stage", name="EXT", database="D", schema="S"),
            ),
            "stage of a table": task("COPY INTO @%T FROM D.S.T"),
            "declared task": add("task", name="T", database="D", schema="S", sql_statement="EXECUTE TASK D.S.T"),
            "column named like a statement": task("INSERT INTO A SELECT CALL FROM B"),
            "task that loads": add("task", name="T", sql_statement="INSERT INTO T SELECT * FROM S", when="TRUE"),
            "task that refreshes": add("task", name="T", sql_statement="ALTER ICEBERG TABLE T REFRESH"),
        },
    ),
    case(
        "LK_SF_40",
        {
            "SQL procedure that grants": (procedure("sql", f"BEGIN {_GRANT}; END"), "GRANT ROLE"),
            "JavaScript procedure that grants": (
                procedure("javascript", f"snowflake.execute({{sqlText: `{_GRANT}`}})"),
                "procedure_definition: a text contains",
            ),
            "JavaScript procedure with composed SQL": (
                procedure("javascript", "var q = A; snowflake.execute({sqlText: q});"),
                "runs SQL that is not one literal",
            ),
            "Python procedure with composed SQL": (
                procedure("python", "def main(session, t):\n    session.sql('DELETE FROM ' + t).collect()"),
                "runs SQL that is not one literal",
            ),
            "Python procedure that empties a table": (
                procedure("python", "def main(session):\n    session.table('T').delete()"),
                "deletes every row of 'T'",
            ),
            "procedure that empties a table": (
                procedure("sql", "BEGIN DELETE FROM T; RETURN 1; END"),
                "deletes every row of T",
            ),
            "Python procedure with an f-string": (
                procedure("python", "def main(session, t):\n    session.sql(f'DELETE FROM {t}').collect()"),
                "runs SQL that is not one literal",
            ),
            "external access": (
                procedure("python", "def main(session):\n    pass", external_access_integrations=["EAI"]),
                "external_access_integrations has EAI",
            ),
            "function that is no expression": (
                add("function_sql", name="F", function_definition="SELECT ("),
                "cannot be evaluated",
            ),
        },
        {
            "SQL procedure": procedure("sql", "BEGIN INSERT INTO T SELECT * FROM S; RETURN 'done'; END"),
            "Python procedure": procedure(
                "python", "def main(session):\n    session.sql('DELETE FROM T WHERE A = 1').collect()"
            ),
            "function": add("function_sql", name="F", function_definition="UPPER(X) || 'x'"),
        },
    ),
    case(
        "LK_SF_41",
        {
            "view that is not secure": (add("view", name="V", statement="SELECT A FROM T"), "is_secure is not true"),
            "view that is no query": (
                add("view", name="V", statement="DELETE FROM T", is_secure="true"),
                "statement is not one query",
            ),
            "copy of a protected table": (
                both(
                    add("dynamic_table", name="D", query="SELECT * FROM DB.S.ORDERS"),
                    put(_EXECUTE, 'ALTER ICEBERG TABLE "DB"."S"."ORDERS" ADD ROW ACCESS POLICY P ON (C)'),
                ),
                "ORDERS has a row access or masking policy",
            ),
            **{
                f"protected table by {how}": (
                    both(_MASK, add("dynamic_table", name="D", query=f"SELECT * FROM {how}")),
                    "CUST has a row access or masking policy",
                )
                for how in ("TABLE('D.S.CUST')", "IDENTIFIER('D.S.CUST')", 'TABLE($$D.S."CUST"$$)')
            },
            "table with a composed name": (
                add("dynamic_table", name="D", query="SELECT * FROM IDENTIFIER('D.S.' || 'CUST')"),
                "a table whose name is not a literal",
            ),
            **{
                f"task that copies with {statement.split()[0]}": (
                    both(_MASK, task(statement)),
                    "CUST has a row access or masking policy",
                )
                for statement in (
                    "INSERT INTO D.S.OPEN SELECT * FROM D.S.CUST",
                    "MERGE INTO D.S.OPEN O USING D.S.CUST C ON O.ID = C.ID WHEN NOT MATCHED THEN INSERT VALUES (C.E)",
                    "BEGIN INSERT INTO OPEN (A) SELECT B FROM T, D.S.CUST; END",
                    "EXECUTE IMMEDIATE 'INSERT INTO OPEN SELECT * FROM TABLE(''D.S.CUST'')'",
                    "COPY INTO @%OPEN FROM D.S.CUST",
                    "CREATE OR REPLACE TEMPORARY TABLE OPEN AS SELECT * FROM D.S.CUST",
                    "WITH C AS (SELECT 1) INSERT INTO OPEN SELECT * FROM D.S.CUST",
                )
            },
            "copy from a protected schema": (
                _masked_schema(
                    add("dynamic_table", name="N", database="D", schema="OUT", query="SELECT 1 FROM D.RAW.T")
                ),
                "D.RAW.T inherits a masking policy",
            ),
            "task that copies from a protected schema": (
                _masked_schema(task("INSERT INTO D.OUT.T SELECT * FROM D.RAW.T")),
                "D.RAW.T inherits a masking policy",
            ),
        },
        {
            "copy within the protected schema": _masked_schema(
                add("dynamic_table", name="N", database="D", schema="RAW", query="SELECT 1 FROM T")
            ),
            "task into the protected schema": _masked_schema(task("INSERT INTO D.RAW.U SELECT * FROM D.RAW.T")),
            "task into a protected table": both(_MASK, task("INSERT INTO D.S.CUST SELECT * FROM D.S.NEW")),
            "table function": add("dynamic_table", name="D", query="SELECT * FROM T, TABLE(FLATTEN(INPUT => A)) F"),
            "secure view": add("view", name="V", statement="WITH X AS (SELECT 1) SELECT * FROM X", is_secure="true"),
            "dynamic table": add("dynamic_table", name="D", query="SELECT A FROM EVENTS"),
        },
    ),
    case(
        "LK_SF_42",
        {
            "short passwords": (add("password_policy", name="P", min_length=8), "min_length is 8"),
            "many retries": (add("password_policy", name="P", max_retries=20), "max_retries is 20"),
            "short lockout": (add("password_policy", name="P", lockout_time_mins=1), "lockout_time_mins is 1"),
            "no MFA": (
                add("authentication_policy", name="A", authentication_methods=["PASSWORD"], mfa_enrollment="OPTIONAL"),
                "mfa_enrollment is OPTIONAL",
            ),
            "any method": (add("authentication_policy", name="A", mfa_enrollment="REQUIRED"), "ALL or not set"),
            "tokens from anywhere": (
                add(
                    "authentication_policy",
                    name="A",
                    authentication_methods=["SAML"],
                    pat_policy=[{"network_policy_evaluation": "NOT_ENFORCED"}],
                ),
                "tokens work from anywhere",
            ),
        },
        {
            "long passwords": add("password_policy", name="P", min_length=16, history=24),
            "single sign-on": add("authentication_policy", name="A", authentication_methods=["SAML", "KEYPAIR"]),
        },
    ),
    case(
        "LK_SF_49",
        {
            "unknown row access policy": (
                put(_EXECUTE, "ALTER TABLE D.S.T ADD ROW ACCESS POLICY D.S.EVIL ON (C)"),
                "policy D.S.EVIL is not part of this configuration",
            ),
            "unknown masking policy": (
                put(_EXECUTE, "ALTER TABLE D.S.T MODIFY COLUMN C SET MASKING POLICY D.S.EVIL"),
                "policy D.S.EVIL",
            ),
            "unknown policy on a column": (
                add("table_column_masking_policy_application", table="T", column="C", masking_policy='"D"."S"."EVIL"'),
                'policy "D"."S"."EVIL"',
            ),
            "unknown policy on a tag": (
                put("snowflake_tag/Classification/masking_policies/0", '"D"."S"."EVIL_VARCHAR"'),
                "EVIL_VARCHAR",
            ),
            "unknown policy on a view": (
                add(
                    "view", name="V", statement="SELECT 1", row_access_policy=[{"policy_name": "D.S.EVIL", "on": ["C"]}]
                ),
                "policy D.S.EVIL",
            ),
        },
        {
            "policy of this configuration": put(_EXECUTE, "ALTER TABLE D.S.T ADD ROW ACCESS POLICY D.S.ROWS ON (C)"),
            "policy of the governance schema": add(
                "table_column_masking_policy_application",
                table="T",
                column="C",
                masking_policy='"ACME_PROD_GOVERNANCE"."ACCESS"."MASK_OTHER"',
            ),
        },
    ),
    case(
        "LK_SF_44",
        {
            "token with all roles": (
                add("user_programmatic_access_token", name="T", user="U", days_to_expiry=30),
                "role_restriction is not set",
            ),
            "token that does not expire": (
                add("user_programmatic_access_token", name="T", user="U", role_restriction="FR_A", days_to_expiry=365),
                "days_to_expiry is 365",
            ),
            "private key": (
                add("user_public_keys", name="U", rsa_public_key="-----BEGIN PRIVATE KEY-----"),
                "rsa_public_key contains a private key",
            ),
        },
        {"token with a role": add("user_programmatic_access_token", name="T", role_restriction="FR_A")},
    ),
    case(
        "LK_SF_46",
        {
            "password": (
                add("secret_with_basic_authentication", name="S", username="u", password="x"),
                "password is set in the configuration",
            ),
            "client secret": (
                add("api_authentication_integration_with_client_credentials", name="A", oauth_client_secret="x"),
                "oauth_client_secret is set",
            ),
        },
        {"variable": add("secret_with_generic_string", name="S", secret_string="${var.secret}")},
    ),
]
